import type { StreamEvent } from './event-stream.ts'
import { failedResponse, ModelError, websocketError } from './model-error.ts'
import { type InputItem, textOf, toInputItem } from './responses-api.ts'
import { StreamError } from './stream-error.ts'

/** Receives parts of a response while it arrives. */
export interface ResponseListener {
  /** Receives the text of messages as it arrives, or all of it where a message arrives as a whole. */
  onText?: ((delta: string) => void) | undefined
  onReasoning?: ((delta: string) => void) | undefined
  /** Receives a complete item, as the provider sent it. The response may still fail after it. */
  onItem?: ((item: unknown) => void) | undefined
}

/** The fields of an event's data that the agent reads. */
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

/** The rules of a kind of stream for events that belong to no response. */
export interface StreamRules {
  /** The error of a response with data that is not JSON; `undefined` where such data is skipped. */
  unreadable: ModelError | undefined
  /** For an `error` event: whether it is the last event, and the error that it stands for. */
  error: { isLast: boolean; meaning(event: object, text: string): ModelError }
}

/** The rules of server-sent events. A stream with an error is read to its end, so that telemetry observes all of it. */
export const SSE: StreamRules = {
  unreadable: retryLater('the stream carried data that is not JSON'),
  error: { isLast: false, meaning: event => retryLater(errorText(event)) },
}

/** The rules of a WebSocket. The connection stays open after an error, so the reader does not wait for more events. */
export const WEBSOCKET: StreamRules = { unreadable: undefined, error: { isLast: true, meaning: websocketError } }

export interface CompleteResponse {
  /** The id that the provider gave the response. */
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
  let streamError: ModelError | undefined
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
        streamError ??= rules.unreadable
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
          if (streamError === undefined) return { id: idOf(data), items }
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
          streamError ??= rules.error.meaning(data, event.data)
          if (rules.error.isLast) throw streamError
          break
        default:
      }
    }
  } catch (error) {
    if (error instanceof StreamError) throw retryLater(error.message, error)
    throw error
  }
  throw streamError ?? retryLater('stream closed before response.completed')
}

/** Parses the data of an event; `undefined` when it is not JSON. `[DONE]`, the last event of some providers, has no data. */
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
