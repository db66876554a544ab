import type { SseTokenUsage } from '@codex/otel-api'

/** What one server-sent event of the Responses API tells. */
export interface SseFinding {
  /** Why the event itself counts as failed. */
  error?: string | undefined
  /** The response failed; how the stream's closing record puts it. */
  failure?: string | undefined
  /** An `error` event: how a closing record puts it, on a stream that ends with it. */
  errorEvent?: string | undefined
  /** The response is complete. */
  completed?: boolean
  usage?: Omit<SseTokenUsage, 'kind' | 'ttftMs' | 'reasoningEffort'> | undefined
  /** The response has begun to put out something. */
  output?: boolean
  /** The user could see, or a tool could start, something. */
  firstToken?: boolean
  /** A message to the user is complete. */
  message?: boolean
}

export interface SseReading {
  /** The event's name; without one the `type` that its data carries, and without that what the stream calls it. */
  kind: string
  /** Whether the data is JSON, or the end mark `[DONE]`. */
  isJson: boolean
  finding: SseFinding
}

const NOTHING: SseFinding = {}

/**
 * Reads one event, whose name is empty when it has none; `unnamed` is its kind where the data names none either. Never
 * throws: data that is not JSON is a finding.
 */
export function readSseEvent(name: string, data: string, unnamed: string): SseReading {
  const kind = name || unnamed
  if (typeof data !== 'string') return { kind, isJson: false, finding: { error: 'the event has no data' } }
  if (data.trim() === '[DONE]') return { kind, isJson: true, finding: NOTHING }
  let value: unknown
  try {
    value = JSON.parse(data)
  } catch (error) {
    return { kind, isJson: false, finding: { error: (error as SyntaxError).message } }
  }
  const type = field(value, 'type')
  // Agents go by the data's type: some providers send no names.
  const meant = typeof type === 'string' && type !== '' ? type : name
  return { kind: name || meant || unnamed, isJson: true, finding: findingOf(meant, value, data) }
}

function findingOf(type: string, value: unknown, data: string): SseFinding {
  switch (type) {
    case 'response.failed':
      return { error: data, failure: failureText(field(field(value, 'response'), 'error')) }
    case 'error':
      return { errorEvent: errorText(value) }
    case 'response.incomplete':
      return { failure: incompleteText(field(value, 'response')) }
    case 'response.completed':
      return { completed: true, usage: usageOf(field(field(value, 'response'), 'usage')) }
    case 'response.output_item.added':
      return { output: true, firstToken: isCall(field(value, 'item')) }
    case 'response.output_item.done': {
      const item = field(value, 'item')
      return { output: true, firstToken: isCall(item), message: field(item, 'type') === 'message' }
    }
    case 'response.output_text.delta':
    case 'response.reasoning_summary_text.delta':
    case 'response.reasoning_text.delta':
      return { output: true, firstToken: true }
    default:
      return NOTHING
  }
}

const isCall = (item: unknown): boolean => String(field(item, 'type')).endsWith('_call')

function usageOf(usage: unknown): SseFinding['usage'] {
  if (typeof usage !== 'object' || usage === null) return undefined
  const input = field(usage, 'input_tokens_details')
  return {
    inputTokens: count(field(usage, 'input_tokens')),
    outputTokens: count(field(usage, 'output_tokens')),
    cachedTokens: count(field(input, 'cached_tokens')),
    cacheWriteTokens: count(field(input, 'cache_write_tokens')),
    reasoningTokens: count(field(field(usage, 'output_tokens_details'), 'reasoning_tokens')),
    totalTokens: count(field(usage, 'total_tokens')),
  }
}

/** The closing text by the provider's error code; the codes that are not listed can be tried again. */
function failureText(error: unknown): string {
  const message = String(field(error, 'message') ?? '')
  switch (field(error, 'code')) {
    case 'context_length_exceeded':
      return "the conversation no longer fits the model's context window"
    case 'insufficient_quota':
      return 'quota exceeded: check the plan and the billing details'
    case 'rate_limit_exceeded':
      return `rate limit exceeded: ${message}`
    default:
      return `stream disconnected before completion: ${message || 'response.failed event received'}`
  }
}

function errorText(event: unknown): string {
  const message = field(field(event, 'error'), 'message') ?? field(event, 'message') ?? 'error event received'
  return `stream disconnected before completion: ${String(message)}`
}

function incompleteText(response: unknown): string {
  const reason = field(field(response, 'incomplete_details'), 'reason') ?? 'unknown'
  return `incomplete response returned, reason: ${String(reason)}`
}

const count = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) ? value : 0)

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
