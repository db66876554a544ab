import type { SseTokenUsage, StreamProtocolName } from '@codex/otel-api'
import { capText } from '../../../content/cap-text.ts'
import { NAME_LIMIT } from '../../../content/text-limits.ts'
import type { SpanFacts } from '../../../protocol/span-tuple.ts'

export type TokenCounts = Omit<SseTokenUsage, 'kind' | 'ttftMs' | 'reasoningEffort'>

/** What one event of a stream shows. */
export interface StreamFinding {
  /** Why the event itself counts as failed. */
  error?: string | undefined
  /** The response failed; how the stream's closing record puts it. */
  failure?: string | undefined
  /** An `error` event: how a closing record puts it, on a stream that ends with it. */
  errorEvent?: string | undefined
  /** The response is complete. */
  completed?: boolean
  usage?: TokenCounts | undefined
  /** The response has begun to put out something. */
  output?: boolean
  /** The user could see, or a tool could start, something. */
  firstToken?: boolean
  /** A message to the user is complete. */
  message?: boolean
  /** What a failure is called for programs: the provider's code, `incomplete` or `stream_closed`. */
  errorType?: string | undefined
  /** What the event says of the whole response. */
  response?: ResponseFacts | undefined
}

export type ResponseFacts = Pick<SpanFacts, 'responseId' | 'responseModel' | 'finishReasons'>

export const NOTHING: StreamFinding = {}

/** An event as its protocol reads it: its type, its data as a value, and that data as a text. */
export interface StreamEvent {
  type: string
  value: unknown
  /** For a record of the failure; made when it is asked for. */
  text(): string
}

/** Reads the events of one response, in their order. */
export interface ProtocolReader {
  read(event: StreamEvent): StreamFinding
  /** The mark `[DONE]` came. */
  done(): StreamFinding
  /** The source has no more events. */
  end(): StreamFinding
}

/** How one API streams its responses. */
export interface StreamProtocol {
  name: Exclude<StreamProtocolName, 'none'>
  /** Whether the event is one that only this protocol has. */
  recognises(event: StreamEvent): boolean
  createReader(): ProtocolReader
}

/** Where a protocol has each count, as paths below its usage. */
export type UsagePaths = Readonly<Record<keyof TokenCounts, readonly string[]>>

export function readUsage(usage: unknown, paths: UsagePaths): TokenCounts | undefined {
  if (typeof usage !== 'object' || usage === null) return undefined
  const read = (path: readonly string[]): number => {
    const value = path.reduce<unknown>(field, usage)
    return typeof value === 'number' && Number.isFinite(value) ? value : 0
  }
  return {
    inputTokens: read(paths.inputTokens),
    outputTokens: read(paths.outputTokens),
    cachedTokens: read(paths.cachedTokens),
    cacheWriteTokens: read(paths.cacheWriteTokens),
    reasoningTokens: read(paths.reasoningTokens),
    totalTokens: read(paths.totalTokens),
  }
}

export const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined

export const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''

/** What is said of a response, as texts that may cross the threads; `undefined` where nothing is. */
export function responseFacts(id: unknown, model: unknown, finishReason?: unknown): ResponseFacts | undefined {
  if (!isText(id) && !isText(model) && !isText(finishReason)) return undefined
  return {
    responseId: isText(id) ? capText(id, NAME_LIMIT) : undefined,
    responseModel: isText(model) ? capText(model, NAME_LIMIT) : undefined,
    finishReasons: isText(finishReason) ? [capText(finishReason, NAME_LIMIT)] : undefined,
  }
}

/** The code of a provider's error. */
export function codeOf(error: unknown): string | undefined {
  const code = field(error, 'code') ?? field(error, 'type')
  return isText(code) ? code : undefined
}

/** The reason of a closing record by the provider's error; codes that are not listed can be tried again. */
export function failureText(error: unknown, absent: string): string {
  const message = String(field(error, 'message') ?? '')
  const code = field(error, 'code') ?? field(error, 'type')
  switch (code) {
    case 'context_length_exceeded':
      return "the conversation no longer fits the model's context window"
    case 'insufficient_quota':
    case 'billing_error':
      return 'quota exceeded: check the plan and the billing details'
    case 'rate_limit_exceeded':
    case 'rate_limit_error':
      return `rate limit exceeded: ${message}`
    default:
      return `stream disconnected before completion: ${message || absent}`
  }
}

export const closedBefore = (end: string): StreamFinding => ({
  failure: `stream disconnected before completion: stream closed before ${end}`,
  errorType: 'stream_closed',
})
