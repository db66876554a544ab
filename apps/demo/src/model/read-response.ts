import type { StreamEvent } from './event-stream.ts'
import { StreamError } from './event-stream.ts'
import { failedResponse, ModelError, websocketError } from './model-error.ts'
import { type InputItem, textOf, toInputItem } from './responses-api.ts'

/** What the response says while it comes in, for the display. */
export interface ResponseListener {
  /** The text of messages as it comes; of a message that comes whole, all of it. */
  onText?: ((delta: string) => void) | undefined
  onReasoning?: ((delta: string) => void) | undefined
  /** A complete item, as the provider sent it, before it is known whether the response becomes complete. */
  onItem?: ((item: unknown) => void) | undefined
}

/** The fields of an event's data that are looked at. */
interface ResponseData {
  type?: unknown
  delta?: unknown
  item?: unknown
  error?: { message?: unknown }
  message?: unknown
  response?: {
    id?: unknown
    error?: { code?: unknown; message?: unknown } | null
    incomplete_details?: { reason?: unknown } | null
  }
}

/** What a way of streaming makes of an event that is not a response's. */
export interface StreamRules {
  /** Data that is not JSON: the error that spoils the response, or nothing, and it is passed over. */
  unreadable: ModelError | undefined
  /** An `error` event: whether nothing comes after it, and what it means. */
  error: { isLast: boolean; meaning(event: object, text: string): ModelError }
}

/** A stream of server-sent events is read to its end whatever is wrong with it: what comes after is still observed. */
export const SSE: StreamRules = {
  unreadable: retryLater('the stream carried data that is not JSON'),
  error: { isLast: false, meaning: event => retryLater(errorText(event)) },
}

/** A connection stays open after a response, so nothing may be waited for that might not come. */
export const WEBSOCKET: StreamRules = { unreadable: undefined, error: { isLast: true, meaning: websocketError } }

export interface CompleteResponse {
  /** The provider's name for it. */
  id: string | undefined
  items: InputItem[]
}

/**
 * Reads one response to its end.
 * @throws ModelError unless the response is complete.
 */
export async function readResponse(
  events: AsyncIterable<StreamEvent>,
  listener: ResponseListener,
  rules: StreamRules,
): Promise<CompleteResponse> {
  const items: InputItem[] = []
  let spoilt: ModelError | undefined
  let written = false
  const write = (text: string): void => {
    if (text === '') return
    written = true
    listener.onText?.(text)
  }
  try {
    for await (const event of events) {
      const data = parseData(event.data)
      if (data === undefined) {
        spoilt ??= rules.unreadable
        continue
      }
      switch (data.type) {
        case 'response.output_text.delta':
        case 'response.refusal.delta':
          if (typeof data.delta === 'string') write(data.delta)
          break
        case 'response.reasoning_summary_text.delta':
          if (typeof data.delta === 'string') listener.onReasoning?.(data.delta)
          break
        case 'response.output_item.done': {
          listener.onItem?.(data.item)
          const item = toInputItem(data.item)
          if (item === undefined) break
          items.push(item)
          if (item.type !== 'message') break
          if (!written) write(textOf(item))
          written = false
          break
        }
        case 'response.completed':
          if (spoilt === undefined) return { id: idOf(data), items }
          break
        case 'response.failed':
          throw failedResponse(data.response?.error)
        case 'response.incomplete':
          throw new ModelError(
            `the answer is incomplete: ${String(data.response?.incomplete_details?.reason ?? 'unknown')}`,
            {
              next: 'never',
            },
          )
        case 'error':
          spoilt ??= rules.error.meaning(data, event.data)
          if (rules.error.isLast) throw spoilt
          break
        default:
      }
    }
  } catch (error) {
    if (error instanceof StreamError) throw retryLater(error.message, error)
    throw error
  }
  throw spoilt ?? retryLater('stream closed before response.completed')
}

/** `undefined` for what is not JSON; `[DONE]`, which some providers close with, is no event of the model. */
function parseData(text: string): ResponseData | undefined {
  if (text === '[DONE]') return {}
  try {
    const data: unknown = JSON.parse(text)
    return typeof data === 'object' && data !== null ? data : {}
  } catch {
    return undefined
  }
}

const idOf = ({ response }: ResponseData): string | undefined =>
  typeof response?.id === 'string' && response.id !== '' ? response.id : undefined

const errorText = ({ error, message }: ResponseData): string =>
  String(error?.message ?? message ?? 'error event received')

function retryLater(reason: string, cause?: unknown): ModelError {
  return new ModelError(`stream disconnected before completion: ${reason}`, { next: 'stream', cause })
}
