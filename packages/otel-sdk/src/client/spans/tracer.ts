import type { TraceContext } from '@codex/otel-api'
import type { PropagationTarget, TracingConfig } from '../../config/effective-config.ts'
import { mergeTraceState } from '../../config/trace-state.ts'
import type { EventTuple } from '../../protocol/event-tuple.ts'
import {
  endingTuple,
  factsTuple,
  openingTuple,
  type SpanFacts,
  type SpanIdWords,
  SpanKind,
  type SpanLink,
  type SpanOrigin,
  SpanOutcome,
  type TraceIdWords,
} from '../../protocol/span-tuple.ts'
import type { Outbox } from '../outbox.ts'
import { createSampler } from './sampler.ts'
import { formatTraceparent, type ParsedContext } from './trace-context.ts'

/** What the spans of one trace share. */
interface Trace {
  readonly id: TraceIdWords
  readonly flags: number
  /** Wall time minus `performance.now()` at its root: no change of the clock turns spans over. */
  readonly offsetMs: number
}

/** A span that was opened. */
export interface OpenSpan {
  readonly number: number
  readonly kind: SpanKind
  readonly trace: Trace
  readonly spanId: SpanIdWords
  readonly origin: SpanOrigin
  /** The turn, or the root, that it counts in; absent where it is one. */
  readonly root: OpenSpan | undefined
  /** By `performance.now()`. */
  readonly startedAt: number
  /** Spans below it, where it is a root. */
  below: number
  dropped: number
  isOpen: boolean
  /** Ends it when the process ends; by default as `process_exit`. */
  onExit: (() => void) | undefined
}

export interface Opening {
  kind: SpanKind
  label: string
  origin: SpanOrigin
  parent: OpenSpan | undefined
  links?: readonly SpanLink[] | undefined
  /** By `performance.now()`. Default: now. */
  startedAt?: number | undefined
}

/** Numbers, ids, parents and times of spans: all of them that the application's thread has to do with. */
export interface Tracer {
  /** Opens a span; `undefined` where there are too many, which are counted. */
  open(opening: Opening): OpenSpan | undefined
  /** Says what is in no event. */
  tell(span: OpenSpan, facts: SpanFacts): void
  /** Hands over what else is said of a span. */
  say(span: OpenSpan, tuple: EventTuple, bytes: number): void
  /** Ends a span, once. `endedAt` is by `performance.now()`. */
  end(span: OpenSpan, outcome: SpanOutcome, errorType?: string, endedAt?: number): void
  /** The process ends: what is open ends, children first. */
  endAll(): void
  /** The number of the place in another program's trace that this process works in, for what is in no span; or 0. */
  readonly outside: number
  /** The `tracestate` that it came with. */
  readonly incomingState: string | undefined
  /** For other programs; of that place where there is no span. */
  context(span: OpenSpan | undefined): TraceContext | undefined
  /** Whether such programs are to be told. */
  propagates(to: PropagationTarget): boolean
}

export interface TracerOptions {
  tracing: Pick<TracingConfig, 'sampler' | 'ratio' | 'propagate' | 'traceState'>
  outbox: Pick<Outbox, 'addOfSpan'>
  /** The place in another program's trace that is above each root. */
  parent: ParsedContext | undefined
  /** Called for each span that is not recorded because there are too many. */
  onTooMany(): void
  /** Default: `Math.random`. */
  random?: (() => number) | undefined
}

export const MAX_SPANS_OF_TURN = 1_000
export const MAX_OPEN_SPANS = 4_096

/** Upper bounds, in bytes, of what is said of a span besides its own texts. */
const OPENING_BYTES = 512
const SAID_BYTES = 128
const UNITS_BYTES = 2

const NO_ORIGIN: SpanOrigin = {
  conversationId: '',
  sessionId: '',
  agentName: '',
  authMode: undefined,
  originator: '',
  terminalType: '',
  traceState: undefined,
}

export function createTracer({ tracing, outbox, parent, onTooMany, random = Math.random }: TracerOptions): Tracer {
  const sample = createSampler(tracing.sampler, tracing.ratio)
  const traceState = mergeTraceState(parent?.traceState, tracing.traceState)
  const open = new Set<OpenSpan>()
  let lastNumber = 0
  let outside: number | undefined
  let isOver = false

  const randomWord = (): number => Math.floor(random() * 0x1_0000_0000)
  /** An id of zeros alone is none. */
  const newSpanId = (): SpanIdWords => [randomWord(), randomWord() || 1]
  const newTraceId = (): TraceIdWords => [randomWord(), randomWord(), randomWord(), randomWord() || 1]

  function startTrace(): Trace {
    const id = parent?.traceId ?? newTraceId()
    const flags = sample(id, parent?.flags) ? 1 : 0
    return { id, flags, offsetMs: Date.now() - performance.now() }
  }

  function tooMany(root: OpenSpan | undefined): boolean {
    if (open.size < MAX_OPEN_SPANS && (root === undefined || root.below < MAX_SPANS_OF_TURN)) return false
    if (root !== undefined) root.dropped++
    onTooMany()
    return true
  }

  function end(span: OpenSpan, outcome: SpanOutcome, errorType?: string, endedAt = performance.now()): void {
    if (!span.isOpen) return
    if (span.dropped > 0) tracer.tell(span, { spansDropped: span.dropped })
    span.isOpen = false
    open.delete(span)
    const { flags, offsetMs } = span.trace
    const timeMs = offsetMs + Math.max(endedAt, span.startedAt)
    const isExported = (flags & 1) === 1 && outcome !== SpanOutcome.discarded
    outbox.addOfSpan(endingTuple({ id: span.number, timeMs, outcome, errorType }, isExported), SAID_BYTES)
  }

  const tracer: Tracer = {
    open({ kind, label, origin, parent: above, links = [], startedAt = performance.now() }) {
      const root = kind === SpanKind.turn || above === undefined ? undefined : (above.root ?? above)
      if (isOver || tooMany(root)) return undefined
      const trace = above?.trace ?? startTrace()
      const span: OpenSpan = {
        number: ++lastNumber,
        kind,
        trace,
        spanId: newSpanId(),
        origin,
        root,
        startedAt,
        below: 0,
        dropped: 0,
        isOpen: true,
        onExit: undefined,
      }
      if (root !== undefined) root.below++
      open.add(span)
      const tuple = openingTuple({
        id: span.number,
        timeMs: trace.offsetMs + startedAt,
        kind,
        traceId: trace.id,
        spanId: span.spanId,
        parentSpanId: above?.spanId ?? parent?.spanId,
        parentRemote: above === undefined && parent !== undefined,
        flags: trace.flags,
        label,
        origin,
        links,
      })
      outbox.addOfSpan(tuple, OPENING_BYTES + UNITS_BYTES * label.length)
      return span
    },
    tell(span, facts) {
      if (span.isOpen && (span.trace.flags & 1) === 1) {
        outbox.addOfSpan(factsTuple(span.number, facts), 2 * SAID_BYTES)
      }
    },
    say(span, tuple, bytes) {
      if (span.isOpen && (span.trace.flags & 1) === 1) outbox.addOfSpan(tuple, SAID_BYTES + bytes)
    },
    end,
    endAll() {
      for (const span of [...open].reverse()) {
        if (span.onExit === undefined) end(span, SpanOutcome.processExit, 'process_exit')
        else span.onExit()
      }
      isOver = true
    },
    get outside() {
      outside ??= parent === undefined ? 0 : openOutside(parent)
      return outside
    },
    incomingState: parent?.traceState,
    context(span) {
      const place =
        span === undefined
          ? parent && { ...parent, flags: sample(parent.traceId, parent.flags) ? 1 : 0 }
          : { traceId: span.trace.id, spanId: span.spanId, flags: span.trace.flags }
      return place && { traceparent: formatTraceparent(place), tracestate: traceState }
    },
    propagates: to => tracing.propagate.includes(to),
  }

  function openOutside({ traceId, spanId, flags }: ParsedContext): number {
    const id = ++lastNumber
    const tuple = openingTuple({
      id,
      timeMs: Date.now(),
      kind: SpanKind.context,
      traceId,
      spanId,
      parentSpanId: undefined,
      parentRemote: false,
      flags: sample(traceId, flags) ? 1 : 0,
      label: '',
      origin: NO_ORIGIN,
      links: [],
    })
    outbox.addOfSpan(tuple, OPENING_BYTES)
    return id
  }

  return tracer
}
