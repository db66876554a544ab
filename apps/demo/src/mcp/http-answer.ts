import type { JSONRPCMessage, RequestId } from '@modelcontextprotocol/client'
import { readEventStream } from '../model/event-stream.ts'
import type { HttpResponse } from '../model/http-post.ts'
import { MAX_MESSAGE_BYTES } from './transport.ts'

/** No limit of silence: the call that waits for the answer has a limit. */
const NO_LIMIT_MS = 2_147_483_647
/** A code of the range that JSON-RPC reserves for implementations. */
const CONNECTION_FAILED = -32000

/**
 * Reads the JSON text that answers the request `id`. A single answer gets this id, whatever id it has: a server that could
 * not read the request does not know the id.
 * @throws Error when the body is no JSON, or larger than the largest message.
 */
export async function readAnswer(response: HttpResponse, id: RequestId): Promise<string> {
  const text = await readBody(response)
  const answer = parse(text)
  const names = typeof answer === 'object' && answer !== null && !Array.isArray(answer) && !('method' in answer)
  return names ? JSON.stringify({ ...answer, id }) : text
}

/**
 * The server's events in the form that the library reads, until one answers the request `id`: one message for each event,
 * and without event ids, so that the library does not resume a broken stream. The library waits for an answer even where
 * the stream breaks, so an error answer with the reason is added at the end then.
 */
export async function* answerEvents(
  response: HttpResponse,
  id: RequestId,
  done: () => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  let failure = 'the server ended the stream without an answer'
  try {
    const stream = readEventStream(response.body, { idleTimeoutMs: NO_LIMIT_MS, maxEventLength: MAX_MESSAGE_BYTES })
    for await (const { data } of stream) {
      if (data === '') continue
      const event = parse(data)
      const messages: unknown[] = Array.isArray(event) ? event : [event]
      for (const message of messages) yield toEvent(message)
      if (messages.some(message => isAnswerTo(id, message))) return
    }
  } catch (error) {
    failure = (error as Error).message
  } finally {
    response.close()
    done()
  }
  const answer: JSONRPCMessage = { jsonrpc: '2.0', id, error: { code: CONNECTION_FAILED, message: failure } }
  yield toEvent(answer)
}

function toEvent(message: unknown): Uint8Array {
  return Buffer.from(`data: ${JSON.stringify(message)}\n\n`)
}

function isAnswerTo(request: RequestId, message: unknown): boolean {
  const { id, method } = (message ?? {}) as { id?: unknown; method?: unknown }
  return id === request && method === undefined
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Error('the server answered with something that is no JSON')
  }
}

async function readBody({ body }: HttpResponse): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.byteLength
    if (size > MAX_MESSAGE_BYTES) throw new Error(`the server sent a message of more than ${MAX_MESSAGE_BYTES} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
