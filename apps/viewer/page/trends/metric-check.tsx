import type { MetricCheckRow } from '../../src/queries/metric-check.ts'
import type { Answer } from '../api/use-answer.ts'
import { amount, counted } from '../text/quantities.ts'

/** Says whether the numbers of this screen are those of the metrics that came in; nothing where none came. */
export function MetricCheck({ answer }: { answer: Answer<MetricCheckRow[]> }) {
  const told = (answer.rows ?? []).filter(({ metrics }) => metrics !== null)
  if (told.length === 0) return null
  const other = told.filter(({ events, metrics }) => events !== metrics)
  const one = (what: string, count: number): string => counted(count, what.slice(0, -1), what, exactly)
  if (other.length === 0) {
    const all = told.map(({ what, events }) => one(what, events))
    return (
      <p class="check">
        <span class="good">✓ Events and metrics agree:</span> <span class="muted">{all.join(', ')} in both</span>
      </p>
    )
  }
  return (
    <p class="check">
      <span class="warn">≠ Events and metrics differ:</span>{' '}
      {other
        .map(({ what, events, metrics }) => `${one(what, events)} in events, ${exactly(metrics ?? 0)} in metrics`)
        .join('; ')}
      .{' '}
      <span class="muted">
        Metrics come after the events, from agents that are set to send them alone, and stay when a session is
        forgotten.
      </span>
    </p>
  )
}

/** Above what a number has exactly, roughly. */
const exactly = (count: number): string =>
  Math.abs(count) <= Number.MAX_SAFE_INTEGER ? count.toLocaleString('en-US') : amount(count)
