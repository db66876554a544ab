import type {
  AttributeValue,
  ObservedResponse,
  ServerSentEvent,
  SessionOptions,
  SessionTelemetry,
} from '@codex/otel-api'
import { ROWS } from '../../catalogue/event-table.ts'
import { resolveConfig } from '../../config/resolve-config.ts'
import { isOwn, ownName, rowOf, spanOf } from '../../protocol/event-tuple.ts'
import {
  readSpanTuple,
  type SpanEnding,
  type SpanFacts,
  SpanKind,
  type SpanOpening,
  SpanOutcome,
} from '../../protocol/span-tuple.ts'
import { createSessionProvider } from '../session/session-provider.ts'
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
  const outbox: TracerOptions['outbox'] & { add: Parameters<typeof createSessionProvider>[0]['outbox']['add'] } = {
    add(tuple) {
      const span = spanOf(tuple)
      if (ended.has(span)) throw new Error(`${nameOfRow(tuple)} comes after the end of span ${span}`)
      recording.eventSpans.push({ name: nameOfRow(tuple), span })
      spans.get(span)?.events.push(nameOfRow(tuple))
    },
    addOfSpan(tuple) {
      const entry = readSpanTuple(tuple)
      if (ended.has(entry.id)) throw new Error(`${entry.type} comes after the end of span ${entry.id}`)
      if (entry.type === 'open') {
        const name = `${NAMES[entry.kind]} ${entry.label}`.trim()
        spans.set(entry.id, { name, opening: entry, ending: undefined, facts: {}, attributes: {}, events: [] })
        return
      }
      const span = spans.get(entry.id)
      if (span === undefined) throw new Error(`${entry.type} of span ${entry.id} comes before its opening`)
      if (entry.type === 'end') {
        span.ending = entry
        ended.add(entry.id)
      } else if (entry.type === 'facts') Object.assign(span.facts, entry.facts)
      else if (entry.type === 'attributes') Object.assign(span.attributes, Object.fromEntries(entry.attributes))
      else span.events.push(entry.name)
    },
  }
  const tracer = createTracer({
    tracing: { sampler: 'parentbased_always_on', ratio: 1, propagate: ['commands'], traceState: [] },
    parent: undefined,
    ...options,
    outbox,
    onTooMany: () => recording.tooMany++,
  })
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
