import { createParser } from 'eventsource-parser'
import { StreamError } from './stream-error.ts'
import { within } from './within.ts'

/** One server-sent event. */
export interface StreamEvent {
  event?: string | undefined
  data: string
}

export interface EventStreamOptions {
  /** The longest time without data, in milliseconds. */
  idleTimeoutMs: number
  /** The longest event, in characters. Default: 8 Mi. */
  maxEventLength?: number | undefined
  /** The largest body, in bytes. Default: 64 MiB. */
  maxBytes?: number | undefined
}

/**
 * Reads server-sent events from a body until its end. An event that the end cuts off is dropped.
 * @throws StreamError
 */
export async function* readEventStream(
  body: AsyncIterable<Uint8Array>,
  { idleTimeoutMs, maxEventLength = 8 * 2 ** 20, maxBytes = 64 * 2 ** 20 }: EventStreamOptions,
): AsyncGenerator<StreamEvent, void, undefined> {
  const ready: StreamEvent[] = []
  let tooLong = false
  const parser = createParser({
    maxBufferSize: maxEventLength,
    onEvent: ({ event, data }) => ready.push({ event, data }),
    onError: error => {
      if (error.type === 'max-buffer-size-exceeded') tooLong = true
    },
  })
  const decoder = new TextDecoder()
  const chunks = body[Symbol.asyncIterator]()
  let received = 0
  try {
    while (true) {
      const chunk = await next(chunks, idleTimeoutMs)
      if (chunk.done) return
      received += chunk.value.byteLength
      parser.feed(decoder.decode(chunk.value, { stream: true }))
      yield* ready.splice(0)
      if (tooLong) throw new StreamError(`an event is longer than ${maxEventLength} characters`)
      if (received > maxBytes) throw new StreamError(`the response is larger than ${maxBytes} bytes`)
    }
  } finally {
    // Not awaited: a body that hangs never answers, and it only has to be closed.
    chunks.return?.().catch(() => {})
  }
}

async function next(chunks: AsyncIterator<Uint8Array>, timeoutMs: number): Promise<IteratorResult<Uint8Array>> {
  try {
    return await within(chunks.next(), timeoutMs, 'idle timeout waiting for SSE')
  } catch (error) {
    if (error instanceof StreamError) throw error
    if ((error as Error).name === 'AbortError') throw error
    throw new StreamError(`Transport error: network error: ${(error as Error).message}`, { cause: error })
  }
}
