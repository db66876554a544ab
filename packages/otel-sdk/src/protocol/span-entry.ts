import type { AttributeValue } from '@codex/otel-api'

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

/** A span that nothing was said of between its opening and its end. */
export interface WholeSpan {
  readonly type: 'whole'
  readonly id: number
  readonly opening: SpanOpening
  readonly ending: SpanEnding
}

export type SpanEntry = SpanOpening | SpanFactsEntry | SpanAttributesEntry | SpanEventEntry | SpanEnding | WholeSpan
