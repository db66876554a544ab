import type { TraceContext } from '@codex/otel-api'
import type { PropagationTarget, TracingConfig } from '../../config/effective-config.ts'
import { mergeTraceState } from '../../config/trace-state.ts'
import type { EventTuple } from '../../protocol/event-tuple.ts'
import {
  factsTuple,
  type SpanFacts,
  type SpanIdWords,
  SpanKind,
  type SpanLink,
  type SpanOrigin,
  SpanOutcome,
  type TraceIdWords,
} from '../../protocol/span-tuple.ts'
import type { Outbox } from '../outbox.ts'
import { OTHER } from './error-type.ts'
import { NO_LINKS, OpenSpan, type Trace } from './open-span.ts'
import { createSampler } from './sampler.ts'
import { formatTraceparent, type ParsedContext } from './trace-context.ts'

/** Numbers, ids, parents and times of spans: all of them that the application's thread has to do with. */
export interface Tracer {
  /**
   * Opens a span; `undefined` where there are too many, which are counted. One of the application's own crosses to the worker
   * when something names it or is below it, or else with its end. `startedAt` is by `performance.now()`; default: now.
   */
  open(
    kind: SpanKind,
    label: string,
    origin: SpanOrigin,
    parent: OpenSpan | undefined,
    startedAt?: number,
    links?: readonly SpanLink[],
  ): OpenSpan | undefined
  /** Says what is in no event. */
  tell(span: OpenSpan, facts: SpanFacts): void
  /** Hands over what else is said of a span. */
  say(span: OpenSpan, tuple: EventTuple, bytes: number): void
  /** Ends a span, once. `endedAt` is by `performance.now()`. */
  end(span: OpenSpan, outcome: SpanOutcome, errorType?: string, endedAt?: number): void
  /**
   * A span has no end that is reported: past `MAX_RESTING_SPANS` of them the one where nothing happened for longest ends as it
   * would with the process. `activeAt` is by `performance.now()`.
   */
  rest(span: OpenSpan, activeAt: () => number): void
  /** The process ends: what is open ends, children first. */
  endAll(): void
  /** The place in another program's trace that this process works in, for what is in no span. */
  readonly outside: OpenSpan | null
  /** What stands for a span that has ended, for an event that comes late: it has its ids. `leave` ends it, and sends nothing. */
  placeOf(span: OpenSpan): OpenSpan
  leave(place: OpenSpan): void
  /** The `tracestate` that it came with. */
  readonly incomingState: string | undefined
  /** For other programs; of that place where there is no span. */
  context(span: OpenSpan | undefined): TraceContext | undefined
  /** Whether such programs are to be told. */
  propagates(to: PropagationTarget): boolean
}

export interface TracerOptions {
  tracing: Pick<TracingConfig, 'sampler' | 'ratio' | 'propagate' | 'traceState'>
  outbox: Pick<Outbox, 'openSpan' | 'say' | 'endSpan'>
  /** The place in another program's trace that is above each root. */
  parent: ParsedContext | undefined
  /** Called for each span that is not recorded because there are too many. */
  onTooMany(): void
  /** Default: `Math.random`. */
  random?: (() => number) | undefined
}

export const MAX_SPANS_OF_TURN = 1_000
export const MAX_OPEN_SPANS = 4_096
/** A process may have any number of conversations, and the end of few is reported. */
export const MAX_RESTING_SPANS = 256

/** An upper bound, in bytes, of the names and numbers among what is said of a span. */
const FACTS_BYTES = 256

const NO_ORIGIN: SpanOrigin = {
  conversationId: '',
  sessionId: '',
  agentName: '',
  authMode: undefined,
  originator: '',
  terminalType: '',
  traceState: undefined,
}

export function createTracer({
  tracing,
  outbox,
  parent: remote,
  onTooMany,
  random = Math.random,
}: TracerOptions): Tracer {
  const sample = createSampler(tracing.sampler, tracing.ratio)
  const traceState = mergeTraceState(remote?.traceState, tracing.traceState)
  /** The span that was opened last, of those that are open; each knows its neighbours. */
  let last: OpenSpan | undefined
  let openCount = 0
  const resting = new Map<OpenSpan, () => number>()
  let lastNumber = 0
  let outside: OpenSpan | null | undefined
  let isOver = false
  /** Whether a root has ended since what is below ended ones was last looked for. */
  let rootEnded = false

  const randomWord = (): number => (random() * 0x1_0000_0000) | 0
  /** An id of zeros alone is none. */
  const newTraceId = (): TraceIdWords => [
    randomWord() >>> 0,
    randomWord() >>> 0,
    randomWord() >>> 0,
    randomWord() >>> 0 || 1,
  ]

  function startTrace(): Trace {
    const id = remote?.traceId ?? newTraceId()
    const flags = sample(id, remote?.flags) ? 1 : 0
    return { id, flags, offsetMs: Date.now() - performance.now(), remoteParent: remote?.spanId }
  }

  /** Ends what is below roots that have ended: an application that gave up a promise may never end its span. */
  function endAbandoned(): void {
    rootEnded = false
    for (let span = last; span !== undefined; ) {
      const next: OpenSpan | undefined = span.before
      if (span.root?.isOpen === false) end(span, SpanOutcome.failed, OTHER)
      span = next
    }
  }

  function tooMany(root: OpenSpan | undefined): boolean {
    if (openCount >= MAX_OPEN_SPANS && rootEnded) endAbandoned()
    if (openCount < MAX_OPEN_SPANS && (root === undefined || root.below < MAX_SPANS_OF_TURN)) return false
    if (root !== undefined) root.dropped++
    onTooMany()
    return true
  }

  function add(span: OpenSpan): void {
    openCount++
    span.before = last
    if (last !== undefined) last.after = span
    last = span
  }

  function remove(span: OpenSpan): void {
    openCount--
    if (resting.size > 0) resting.delete(span)
    const { after, before } = span
    if (after === undefined) last = before
    else after.before = before
    if (before !== undefined) before.after = after
    span.after = undefined
    span.before = undefined
  }

  function leastActive(): OpenSpan | undefined {
    let least: OpenSpan | undefined
    let leastAt = Number.POSITIVE_INFINITY
    for (const [span, activeAt] of resting) {
      if (activeAt() >= leastAt) continue
      least = span
      leastAt = activeAt()
    }
    return least
  }

  function end(span: OpenSpan, outcome: SpanOutcome, errorType?: string, endedAt = performance.now()): void {
    if (!span.isOpen) return
    if (span.dropped > 0) tracer.tell(span, { spansDropped: span.dropped })
    span.isOpen = false
    if (span.root === undefined) rootEnded = true
    remove(span)
    const isExported = span.isSampled && outcome !== SpanOutcome.discarded
    if (!isExported && span.openedIn === 0) return
    const timeMs = span.timeOf(Math.max(endedAt, span.startedAt))
    outbox.endSpan(span, timeMs, outcome, errorType, isExported)
  }

  const tracer: Tracer = {
    open(kind, label, origin, parent, startedAt = performance.now(), links = NO_LINKS) {
      const root = kind === SpanKind.turn || parent === undefined ? undefined : (parent.root ?? parent)
      if (isOver || tooMany(root)) return undefined
      const trace = parent === undefined ? startTrace() : parent.trace
      const idHigh = randomWord()
      const span = new OpenSpan(
        ++lastNumber,
        kind,
        trace,
        idHigh,
        randomWord() || 1,
        label,
        origin,
        parent,
        root,
        links,
        startedAt,
      )
      if (root !== undefined) root.below++
      add(span)
      if (parent?.openedIn === 0 && parent.isOpen) outbox.openSpan(parent)
      if (kind !== SpanKind.own) outbox.openSpan(span)
      return span
    },
    tell(span, facts) {
      if (span.isOpen && span.isSampled) outbox.say(factsTuple(span.number, facts), FACTS_BYTES, span)
    },
    say(span, tuple, bytes) {
      if (span.isOpen && span.isSampled) outbox.say(tuple, bytes, span)
    },
    end,
    rest(span, activeAt) {
      resting.set(span, activeAt)
      if (resting.size > MAX_RESTING_SPANS) leastActive()?.onExit?.()
    },
    endAll() {
      const all: OpenSpan[] = []
      for (let span = last; span !== undefined; span = span.before) all.push(span)
      for (const span of all) {
        if (span.onExit === undefined) end(span, SpanOutcome.processExit, 'process_exit')
        else span.onExit()
      }
      isOver = true
    },
    get outside() {
      outside ??= remote === undefined ? null : outsideOf(remote)
      return outside
    },
    placeOf: ({ spanId, trace: { flags, id } }) => contextOf(id, spanId, flags),
    leave(place) {
      place.isOpen = false
      if (place.openedIn > 0) outbox.endSpan(place, Date.now(), SpanOutcome.discarded, undefined, false)
    },
    incomingState: remote?.traceState,
    context(span) {
      const place =
        span === undefined
          ? remote && { ...remote, flags: sample(remote.traceId, remote.flags) ? 1 : 0 }
          : { traceId: span.trace.id, spanId: span.spanId, flags: span.trace.flags }
      return place && { traceparent: formatTraceparent(place), tracestate: traceState }
    },
    propagates: to => tracing.propagate.includes(to),
  }

  /** What stands for a span of which only the ids are known. */
  function contextOf(id: TraceIdWords, [high, low]: SpanIdWords, flags: number): OpenSpan {
    const now = performance.now()
    const trace: Trace = { id, flags, offsetMs: Date.now() - now, remoteParent: undefined }
    const { context } = SpanKind
    const none = undefined
    return new OpenSpan(++lastNumber, context, trace, high | 0, low | 0, '', NO_ORIGIN, none, none, NO_LINKS, now)
  }

  const outsideOf = ({ flags, spanId, traceId }: ParsedContext): OpenSpan =>
    contextOf(traceId, spanId, sample(traceId, flags) ? 1 : 0)

  return tracer
}
