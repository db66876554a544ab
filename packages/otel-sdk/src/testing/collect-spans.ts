import type { AttributeValue } from '@codex/otel-api'
import type { Outbox } from '../client/outbox.ts'
import type { OpenSpan } from '../client/spans/open-span.ts'
import type { EffectiveConfig } from '../config/effective-config.ts'
import type { Scrubber } from '../content/secrets/scrub.ts'
import type { EventTuple } from '../protocol/event-tuple.ts'
import { readSpanTuple } from '../protocol/span-tuple.ts'
import type { AssembledSpan } from '../worker/signals/assembled-span.ts'
import { hexOf } from '../worker/signals/hex-of.ts'
import { createSpanAssembler } from '../worker/signals/span-assembler.ts'

/** A span that ended, as a collector would get it, with those below it. */
export interface CollectedSpan {
  readonly name: string
  readonly kind: 'internal' | 'client'
  /** In milliseconds since the epoch, with fractions. */
  readonly startMs: number
  readonly endMs: number
  /** 32 hexadecimal digits. */
  readonly traceId: string
  /** 16 hexadecimal digits. */
  readonly spanId: string
  /** Absent for the root of a trace; of another process where the span is a root here all the same. */
  readonly parentSpanId?: string
  readonly traceState?: string
  /** Those of `[otel.span_attributes]` included; texts scrubbed. */
  readonly attributes: Readonly<Record<string, AttributeValue>>
  readonly events: readonly CollectedSpanEvent[]
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[]
  readonly status: 'unset' | 'error'
  /** Why it failed, where `error_text` lets that be sent. */
  readonly statusMessage?: string
  /** In the order in which they began. */
  readonly children: readonly CollectedSpan[]
}

export interface CollectedSpanEvent {
  readonly name: string
  readonly timeMs: number
  readonly attributes: Readonly<Record<string, AttributeValue>>
}

export interface SpanCollection {
  /** Where spans go, and what is said of them. */
  readonly outbox: Pick<Outbox, 'openSpan' | 'say' | 'endSpan'>
  /** Takes an event, which may belong to one. */
  event(tuple: EventTuple, span: OpenSpan | null | undefined): void
  /** How many have ended. */
  readonly count: number
  snapshot(): readonly CollectedSpan[]
  clear(): void
}

/** Puts spans together at once, as the worker would. */
export function collectSpans({ content, tracing }: EffectiveConfig, scrubber: Scrubber): SpanCollection {
  const spans: AssembledSpan[] = []
  const assembler = createSpanAssembler({ content, tracing, scrubber, onSpan: span => spans.push(span) })
  /** Opens a span before what names it. */
  function open(span: OpenSpan): void {
    if (span.openedIn === 0) assembler.take(span.opening())
    span.openedIn = 1
  }
  return {
    outbox: {
      openSpan: open,
      say(said, _, span) {
        open(span)
        assembler.take(readSpanTuple(said))
      },
      endSpan(span, timeMs, outcome, errorType) {
        open(span)
        assembler.take({ type: 'end', id: span.number, timeMs, outcome, errorType })
      },
    },
    event(tuple, span) {
      if (span === null || span === undefined) return
      open(span)
      assembler.event(tuple, span.number)
    },
    get count() {
      return spans.length
    },
    snapshot: () => treesOf(spans),
    clear() {
      spans.length = 0
    },
  }
}

/** Makes trees of spans: the roots, and those whose parent has not ended or is of another process, in the order of their beginnings. */
export function treesOf(spans: readonly AssembledSpan[]): CollectedSpan[] {
  const below = new Map<string, AssembledSpan[]>()
  const known = new Set(spans.map(({ opening }) => idOf(opening.traceId, opening.spanId)))
  const roots: AssembledSpan[] = []
  for (const span of spans.toSorted((a, b) => a.opening.timeMs - b.opening.timeMs)) {
    const { traceId, parentSpanId } = span.opening
    const parent = parentSpanId === undefined ? undefined : idOf(traceId, parentSpanId)
    if (parent === undefined || !known.has(parent)) roots.push(span)
    else below.set(parent, [...(below.get(parent) ?? []), span])
  }
  const treeOf = (span: AssembledSpan): CollectedSpan => ({
    ...collected(span),
    children: (below.get(idOf(span.opening.traceId, span.opening.spanId)) ?? []).map(treeOf),
  })
  return roots.map(treeOf)
}

const idOf = (traceId: readonly number[], spanId: readonly number[]): string => `${hexOf(traceId)}-${hexOf(spanId)}`

function collected(span: AssembledSpan): Omit<CollectedSpan, 'children'> {
  const { opening, traceState, statusMessage } = span
  const { parentSpanId } = opening
  return {
    name: span.name,
    kind: span.isClient ? 'client' : 'internal',
    startMs: opening.timeMs,
    endMs: span.endMs,
    traceId: hexOf(opening.traceId),
    spanId: hexOf(opening.spanId),
    ...(parentSpanId === undefined ? {} : { parentSpanId: hexOf(parentSpanId) }),
    ...(traceState === undefined ? {} : { traceState }),
    attributes: span.attributes,
    events: span.events,
    links: span.links.map(link => ({ traceId: hexOf(link.traceId), spanId: hexOf(link.spanId) })),
    status: span.failed ? 'error' : 'unset',
    ...(statusMessage === undefined ? {} : { statusMessage }),
  }
}
