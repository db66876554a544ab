import type {
  AttributeValue,
  ObservedResponse,
  ServerSentEvent,
  SessionOptions,
  SessionTelemetry,
} from '@codex/otel-api'
import { ROWS } from '../../catalogue/event-table.ts'
import { resolveConfig } from '../../config/resolve-config.ts'
import { isOwn, NO_SPAN, ownName, rowOf, spanOf } from '../../protocol/event-tuple.ts'
import {
  readSpanTuple,
  type SpanEnding,
  type SpanFacts,
  SpanKind,
  type SpanOpening,
  SpanOutcome,
} from '../../protocol/span-tuple.ts'
import { createSessionProvider } from '../session/session-provider.ts'
import type { OpenSpan } from './open-span.ts'
import { createTracer, type Tracer, type TracerOptions } from './tracer.ts'

/** A span as the worker learns of it. */
export interface RecordedSpan {
  name: string
  opening: SpanOpening
  ending: SpanEnding | undefined
  facts: SpanFacts
  attributes: Record<string, AttributeValue>
  /** Names of the events that carry its number, and of those that the application added. */
  events: string[]
}

export interface Recording {
  readonly tracer: Tracer
  session(options?: Partial<SessionOptions>): SessionTelemetry
  /** In the order of their openings; without those that were discarded. */
  spans(): RecordedSpan[]
  /** `name outcome errorType` of each span, indented below its parent, in the order of their openings. */
  tree(): string[]
  /** The number of the span of each event, by its name. */
  eventSpans: { name: string; span: number }[]
  tooMany: number
  invalid: string[]
}

const NAMES = Object.fromEntries(Object.entries(SpanKind).map(([name, kind]) => [kind, name]))
const OUTCOMES = Object.fromEntries(Object.entries(SpanOutcome).map(([name, outcome]) => [outcome, name]))

/** Where a test opens sessions, and sees what would cross to the worker. */
export function recordSpans(options: Partial<Omit<TracerOptions, 'outbox' | 'onTooMany'>> = {}): Recording {
  const { config } = resolveConfig({ table: {}, file: 'config.toml', codexHome: '/', env: {} })
  const spans = new Map<number, RecordedSpan>()
  const ended = new Set<number>()
  const recording = { eventSpans: [], tooMany: 0, invalid: [] } as unknown as Recording
  const nameOfRow = (tuple: Parameters<typeof rowOf>[0]): string =>
    isOwn(tuple) ? ownName(tuple) : (ROWS[rowOf(tuple)]?.name ?? '')
  const open = (span: OpenSpan): void => {
    if (span.openedIn > 0) return
    span.openedIn = 1
    learn(span)
  }
  /** A span of the application's own is known here before it crosses the threads. */
  const learn = (span: OpenSpan): void => {
    if (spans.has(span.number)) return
    const name = `${NAMES[span.kind]} ${span.label}`.trim()
    const opening = span.opening()
    spans.set(span.number, { name, opening, ending: undefined, facts: {}, attributes: {}, events: [] })
  }
  const recorded = (span: OpenSpan, what: string): RecordedSpan => {
    if (ended.has(span.number)) throw new Error(`${what} comes after the end of span ${span.number}`)
    open(span)
    return spans.get(span.number) as RecordedSpan
  }
  const outbox: TracerOptions['outbox'] & { add: Parameters<typeof createSessionProvider>[0]['outbox']['add'] } = {
    add(tuple, _, __, span) {
      if (spanOf(tuple) !== (span?.number ?? NO_SPAN)) throw new Error('the number of another span')
      recording.eventSpans.push({ name: nameOfRow(tuple), span: spanOf(tuple) })
      if (span) recorded(span, nameOfRow(tuple)).events.push(nameOfRow(tuple))
    },
    openSpan: open,
    say(tuple, _, of) {
      const entry = readSpanTuple(tuple)
      const span = recorded(of, entry.type)
      if (entry.type === 'facts') Object.assign(span.facts, entry.facts)
      else if (entry.type === 'attributes') Object.assign(span.attributes, Object.fromEntries(entry.attributes))
      else if (entry.type === 'event') span.events.push(entry.name)
    },
    endSpan(span, timeMs, outcome, errorType) {
      recorded(span, 'an end').ending = { type: 'end', id: span.number, timeMs, outcome, errorType }
      ended.add(span.number)
    },
  }
  const tracer = createTracer({
    tracing: { sampler: 'parentbased_always_on', ratio: 1, propagate: ['commands'], traceState: [] },
    parent: undefined,
    ...options,
    outbox,
    onTooMany: () => recording.tooMany++,
  })
  const openSpan = tracer.open
  tracer.open = (...opening) => {
    const span = openSpan(...opening)
    if (span !== undefined) learn(span)
    return span
  }
  const provider = createSessionProvider({
    outbox,
    tracer,
    appVersion: '1.0.0',
    policy: config.content,
    onInvalidEvent: (name, problem) => recording.invalid.push(`${String(name)}: ${problem}`),
    onInvalidAttribute: (name, problem) => recording.invalid.push(`${name}: ${problem}`),
  })
  const kept = (): RecordedSpan[] =>
    [...spans.values()].filter(
      ({ ending, opening }) => opening.kind !== SpanKind.context && ending?.outcome !== SpanOutcome.discarded,
    )
  return Object.assign(recording, {
    tracer,
    session: (more: Partial<SessionOptions> = {}) =>
      provider.session({
        conversationId: 'conversation',
        model: 'gpt-5',
        originator: 'codex_exec',
        terminalType: 'dumb',
        ...more,
      }),
    spans: kept,
    tree() {
      const bySpanId = new Map(kept().map(span => [String(span.opening.spanId), span]))
      const depth = ({ opening }: RecordedSpan): number => {
        const parent = bySpanId.get(String(opening.parentSpanId))
        return parent === undefined ? 0 : 1 + depth(parent)
      }
      return kept().map(span => {
        const { errorType, outcome } = span.ending ?? {}
        const words = [span.name, outcome === undefined ? 'open' : OUTCOMES[outcome], errorType]
        return '  '.repeat(depth(span)) + words.filter(word => word !== undefined).join(' ')
      })
    },
  })
}

export const TOOL: { toolName: string; callId: string; arguments: string } = {
  toolName: 'exec_command',
  callId: 'call-1',
  arguments: '{"cmd":"ls"}',
}

export const COMPLETED = (id = 'resp_1'): ServerSentEvent => ({
  event: 'response.completed',
  data: JSON.stringify({
    type: 'response.completed',
    response: { id, model: 'gpt-5-2026', usage: { input_tokens: 10, output_tokens: 2, total_tokens: 12 } },
  }),
})

export const DELTA: ServerSentEvent = {
  event: 'response.output_text.delta',
  data: JSON.stringify({ type: 'response.output_text.delta', delta: 'x' }),
}

export async function* stream(...events: ServerSentEvent[]): AsyncGenerator<ServerSentEvent> {
  for (const event of events) yield event
}

export async function consume(events: AsyncIterable<unknown>): Promise<number> {
  let count = 0
  for await (const _ of events) count++
  return count
}

export const answer = (status: number = 200): ObservedResponse => ({ status, headers: { get: () => null } })
