import type { SpanRow } from '../../src/queries/spans.ts'
import type { SpanTree } from './tree.ts'

/** A piece of time, in milliseconds since the epoch. */
export interface Range {
  from: number
  to: number
}

/** The part of all time that the longest root has to have for the whole to be shown. */
const WORTH_SHOWING = 0.02

/**
 * The time that a waterfall shows. Where a clock has jumped, so that the longest root would be a hair in it, that root's time:
 * spans outside of it stand at the edge.
 */
export function rangeOf({ nodes, roots }: SpanTree): Range {
  let from = Number.POSITIVE_INFINITY
  let to = Number.NEGATIVE_INFINITY
  for (const { span } of nodes) {
    from = Math.min(from, span.start_ms)
    to = Math.max(to, span.start_ms + span.duration_ms)
  }
  if (!(to > from)) return { from: Number.isFinite(from) ? from : 0, to: (Number.isFinite(from) ? from : 0) + 1 }
  const longest = roots.reduce((best, root) => (root.span.duration_ms > best.span.duration_ms ? root : best))
  const { start_ms, duration_ms } = longest.span
  if (duration_ms > 0 && duration_ms < (to - from) * WORTH_SHOWING)
    return { from: start_ms, to: start_ms + duration_ms }
  return { from, to }
}

/** The time of one span alone. */
export const spanRange = ({ start_ms, duration_ms }: SpanRow): Range => ({
  from: start_ms,
  to: start_ms + Math.max(duration_ms, 0.001),
})

/** Where a span is in a range, in hundredths of it, and on which side it is where it is outside. */
export function placeOf(
  { start_ms, duration_ms }: { start_ms: number; duration_ms: number },
  { from, to }: Range,
): { left: number; width: number; outside: 'before' | 'after' | undefined } {
  const length = to - from
  if (start_ms + duration_ms < from) return { left: 0, width: 0, outside: 'before' }
  if (start_ms > to) return { left: 100, width: 0, outside: 'after' }
  const left = Math.max(0, ((start_ms - from) / length) * 100)
  const right = Math.min(100, ((start_ms + duration_ms - from) / length) * 100)
  return { left, width: Math.max(0, right - left), outside: undefined }
}
