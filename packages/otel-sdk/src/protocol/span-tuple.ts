import type { AttributeValue } from '@codex/otel-api'
import { type EventTuple, fieldCount, fieldOf, openTuple, rowOf, setSpan, spanOf, timeOf } from './event-tuple.ts'

/**
 * What is said of spans crosses the threads in one stream with the events, as tuples of this row: a span is opened before
 * the first event that carries its number, and ended after the last. The number of the span and the time are where those
 * of an event are.
 */
const SPAN_ROW = -2

/** What a span stands for. */
export const SpanKind = {
  /** No span: the context that is the parent of spans of this process, or a span of which only the ids are known. */
  context: 0,
  sessionInit: 1,
  turn: 2,
  chat: 3,
  tool: 4,
  approval: 5,
  /** The application's own. */
  own: 6,
} as const
export type SpanKind = (typeof SpanKind)[keyof typeof SpanKind]

/** How a span ended. */
export const SpanOutcome = {
  /** Status unset. */
  done: 0,
  /** Status `ERROR`, with the `errorType` of the ending. */
  failed: 1,
  /** The user ended it: status unset. */
  aborted: 2,
  /** The process ends while it is open: status `ERROR`, `process_exit`. */
  processExit: 3,
  /** It turned out to be none: it is not exported. Its children, if any, keep it as a parent. */
  discarded: 4,
} as const
export type SpanOutcome = (typeof SpanOutcome)[keyof typeof SpanOutcome]

/** An id, in numbers of 32 bits, the highest first. */
export type TraceIdWords = readonly [number, number, number, number]
export type SpanIdWords = readonly [number, number]

/** What the spans of one conversation share; texts as the application gave them, capped and not scrubbed. */
export interface SpanOrigin {
  /** `gen_ai.conversation.id` */
  readonly conversationId: string
  /** `session.id`: of a sub-agent that of the conversation that started it. */
  readonly sessionId: string
  readonly agentName: string
  readonly authMode: string | undefined
  readonly originator: string
  readonly terminalType: string
  /** The W3C `tracestate` that the trace came with; what the configuration adds is not in it. */
  readonly traceState: string | undefined
}

export interface SpanLink {
  readonly traceId: TraceIdWords
  readonly spanId: SpanIdWords
  /** The flags of its `traceparent`. */
  readonly flags: number
  /** Whether it came from another process. */
  readonly remote: boolean
}

/** Begins a span. One whose number is known already says nothing new. */
export interface SpanOpening {
  readonly type: 'open'
  /** Of the process, from 1. */
  readonly id: number
  /** In milliseconds since the epoch, with fractions. */
  readonly timeMs: number
  readonly kind: SpanKind
  readonly traceId: TraceIdWords
  readonly spanId: SpanIdWords
  /** Absent for the root of a trace. */
  readonly parentSpanId: SpanIdWords | undefined
  /** The parent is a span of another process. */
  readonly parentRemote: boolean
  /** Of `traceparent`. Bit 0: the trace is sampled; without it the span is not exported, its ids go on log records all the same. */
  readonly flags: number
  /** What the name has behind its first word: the model, the tool, the agent; all of it for the application's own. */
  readonly label: string
  readonly origin: SpanOrigin
  readonly links: readonly SpanLink[]
}

/** What is known of a span and is in no event. A later value replaces an earlier one. */
export interface SpanFacts {
  // Of a turn.
  /** From 1. */
  turnIndex?: number | undefined
  /** Spans below it that were not recorded, because there were too many. */
  spansDropped?: number | undefined
  turnOutcome?: 'completed' | 'failed' | 'aborted' | undefined
  // Of a chat.
  provider?: string | undefined
  serverAddress?: string | undefined
  serverPort?: number | undefined
  responseId?: string | undefined
  responseModel?: string | undefined
  finishReasons?: readonly string[] | undefined
  /** From the opening of the span to the first piece of an answer, in seconds. */
  firstChunkSeconds?: number | undefined
  // Of a tool.
  toolNamespace?: string | undefined
  callId?: string | undefined
  /** In bytes of UTF-8. */
  argumentsLength?: number | undefined
  /** In bytes of UTF-8. */
  outputLength?: number | undefined
  outputLineCount?: number | undefined
  /** Of the process that the tool ran. */
  exitCode?: number | undefined
  /** What confined it. */
  sandbox?: string | undefined
  mcpSessionId?: string | undefined
  mcpProtocolVersion?: string | undefined
  mcpRequestId?: string | undefined
  /** `pipe` or `tcp` */
  networkTransport?: string | undefined
}

export interface SpanFactsEntry {
  readonly type: 'facts'
  readonly id: number
  readonly facts: SpanFacts
}

/** Attributes that the application sets on a span of its own; checked by their names, texts not scrubbed. */
export interface SpanAttributesEntry {
  readonly type: 'attributes'
  readonly id: number
  readonly attributes: readonly (readonly [name: string, value: AttributeValue])[]
}

/** An event that the application adds to a span of its own. */
export interface SpanEventEntry {
  readonly type: 'event'
  readonly id: number
  readonly timeMs: number
  readonly name: string
  readonly attributes: readonly (readonly [name: string, value: AttributeValue])[]
}

/** Ends a span; its number is not heard of again. */
export interface SpanEnding {
  readonly type: 'end'
  readonly id: number
  /** In milliseconds since the epoch, with fractions; never before the opening. */
  readonly timeMs: number
  readonly outcome: SpanOutcome
  /** `error.type` */
  readonly errorType: string | undefined
}

export type SpanEntry = SpanOpening | SpanFactsEntry | SpanAttributesEntry | SpanEventEntry | SpanEnding

const TYPES = ['open', 'facts', 'attributes', 'event', 'end'] as const satisfies readonly SpanEntry['type'][]

/** Whether a tuple is about a span, and is no event. */
export const isSpanRow = (row: number): boolean => row === SPAN_ROW

/** Whether a tuple ends a span that is exported: such tuples are what the records of traces are counted by. */
export const endsSpan = (tuple: EventTuple): boolean =>
  isSpanRow(rowOf(tuple)) && fieldOf(tuple, 0) === TYPES.indexOf('end') && fieldOf(tuple, 3) === true

function begin(type: SpanEntry['type'], id: number, timeMs: number): EventTuple {
  const tuple = openTuple(SPAN_ROW, timeMs)
  setSpan(tuple, id)
  tuple.push(TYPES.indexOf(type))
  return tuple
}

const NO_LINKS: readonly SpanLink[] = []

export function openingTuple(span: Omit<SpanOpening, 'type'>): EventTuple {
  const tuple = begin('open', span.id, span.timeMs)
  const { traceId, spanId, parentSpanId, origin } = span
  tuple.push(
    span.kind,
    traceId[0],
    traceId[1],
    traceId[2],
    traceId[3],
    spanId[0],
    spanId[1],
    parentSpanId?.[0],
    parentSpanId?.[1],
    span.parentRemote,
    span.flags,
    span.label,
    origin.conversationId,
    origin.sessionId,
    origin.agentName,
    origin.authMode,
    origin.originator,
    origin.terminalType,
    origin.traceState,
  )
  for (const link of span.links) tuple.push([...link.traceId, ...link.spanId, link.flags, link.remote ? 1 : 0])
  return tuple
}

/** Facts that are `undefined` are left out. */
export function factsTuple(id: number, facts: SpanFacts): EventTuple {
  const tuple = begin('facts', id, 0)
  for (const [name, value] of Object.entries(facts)) if (value !== undefined) tuple.push(name, value)
  return tuple
}

export function attributesTuple(id: number, attributes: SpanAttributesEntry['attributes']): EventTuple {
  const tuple = begin('attributes', id, 0)
  for (const [name, value] of attributes) tuple.push(name, value)
  return tuple
}

export function spanEventTuple({ id, timeMs, name, attributes }: Omit<SpanEventEntry, 'type'>): EventTuple {
  const tuple = begin('event', id, timeMs)
  tuple.push(name)
  for (const [key, value] of attributes) tuple.push(key, value)
  return tuple
}

/** `exported`: whether the span is sampled and not discarded. */
export function endingTuple(ending: Omit<SpanEnding, 'type'>, exported: boolean): EventTuple {
  const tuple = begin('end', ending.id, ending.timeMs)
  tuple.push(ending.outcome, ending.errorType, exported)
  return tuple
}

/** What a tuple of this row says. */
export function readSpanTuple(tuple: EventTuple): SpanEntry {
  const id = spanOf(tuple)
  const timeMs = timeOf(tuple)
  const [type, ...fields] = Array.from({ length: fieldCount(tuple) }, (_, i) => fieldOf(tuple, i))
  switch (TYPES[type as number]) {
    case 'open':
      return readOpening(id, timeMs, fields)
    case 'facts':
      return { type: 'facts', id, facts: Object.fromEntries(pairs(fields)) }
    case 'attributes':
      return { type: 'attributes', id, attributes: pairs(fields) }
    case 'event':
      return { type: 'event', id, timeMs, name: fields[0] as string, attributes: pairs(fields.slice(1)) }
    default: {
      const [outcome, errorType] = fields as [SpanOutcome, string | undefined]
      return { type: 'end', id, timeMs, outcome, errorType }
    }
  }
}

function readOpening(id: number, timeMs: number, fields: readonly unknown[]): SpanOpening {
  const numbers = fields as readonly number[]
  const texts = fields as readonly string[]
  const [kind, t1, t2, t3, t4, s1, s2, p1, p2] = numbers as [SpanKind, ...number[]]
  return {
    type: 'open',
    id,
    timeMs,
    kind,
    traceId: [t1, t2, t3, t4] as unknown as TraceIdWords,
    spanId: [s1, s2] as unknown as SpanIdWords,
    parentSpanId: p1 === undefined ? undefined : ([p1, p2] as unknown as SpanIdWords),
    parentRemote: fields[9] === true,
    flags: numbers[10] as number,
    label: texts[11] as string,
    origin: {
      conversationId: texts[12] as string,
      sessionId: texts[13] as string,
      agentName: texts[14] as string,
      authMode: texts[15],
      originator: texts[16] as string,
      terminalType: texts[17] as string,
      traceState: texts[18],
    },
    links: fields.length === OPENING_FIELDS ? NO_LINKS : fields.slice(OPENING_FIELDS).map(readLink),
  }
}

const OPENING_FIELDS = 19

function readLink(link: unknown): SpanLink {
  const words = link as number[]
  return {
    traceId: words.slice(0, 4) as unknown as TraceIdWords,
    spanId: words.slice(4, 6) as unknown as SpanIdWords,
    flags: words[6] as number,
    remote: words[7] === 1,
  }
}

const pairs = (list: readonly unknown[]): [name: string, value: AttributeValue][] =>
  Array.from({ length: list.length >> 1 }, (_, i) => [list[2 * i] as string, list[2 * i + 1] as AttributeValue])
