import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { FetchLike, JSONRPCMessage, RequestId } from '@modelcontextprotocol/client'
import { type HttpResponse, post } from '../model/http-post.ts'
import { answerEvents, readAnswer } from './http-answer.ts'

/** The largest delay of a timer, in milliseconds: the call that waits for the answer has the limit. */
const NO_LIMIT_MS = 2_147_483_647
/** Limit of sending a message that has no answer. */
const NOTIFY_TIMEOUT_MS = 5000
/** Limit of the request that ends the session. */
const END_SESSION_MS = 1000
const SESSION_ID = 'mcp-session-id'

/**
 * Makes the requests of the library's HTTP transport with the limits of this client: it follows no redirect, reads an
 * answer up to the size of the largest message, and closes a connection when its answer is complete or its request is
 * cancelled. It calls `headers` before every request. Rejects with `http <status>` where a request has no success status.
 */
export function boundedFetch(headers: () => Record<string, string>): FetchLike {
  const open = new Map<RequestId, AbortController>()

  return async (url, init = {}) => {
    const target = String(url)
    const options = { headers: { ...headers(), ...Object.fromEntries(new Headers(init.headers)) }, body: '' }
    if (init.method === 'DELETE') {
      await endSession(target, options.headers)
      return new Response(null, { status: 204 })
    }
    // The client opens no stream for messages that a server sends by itself: with 405 a server says that it has none.
    if (init.method !== 'POST') return new Response(null, { status: 405 })

    options.body = String(init.body)
    const message: JSONRPCMessage = JSON.parse(options.body)
    const signal = init.signal ?? new AbortController().signal
    if ('method' in message && 'id' in message) return await request(target, options, message.id, signal)
    if ('method' in message && message.method === 'notifications/cancelled') {
      open.get(message.params?.requestId as RequestId)?.abort()
    }
    await notify(target, options, signal)
    return new Response(null, { status: 202 })
  }

  async function request(url: string, options: Message, id: RequestId, closed: AbortSignal): Promise<Response> {
    const cancelled = new AbortController()
    open.set(id, cancelled)
    const done = (): void => void open.delete(id)
    try {
      const signal = AbortSignal.any([closed, cancelled.signal])
      const response = await post(url, { ...options, timeoutMs: NO_LIMIT_MS, signal })
      return await toResponse(response, id, done)
    } catch (error) {
      done()
      throw error
    }
  }
}

interface Message {
  headers: Record<string, string>
  body: string
}

/** The response for the library: only the headers that the library reads, and a body that always ends. */
async function toResponse(response: HttpResponse, id: RequestId, done: () => void): Promise<Response> {
  const type = response.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  const sessionId = readSessionId(response)
  const headers = { 'content-type': type ?? '', ...(sessionId !== undefined && { [SESSION_ID]: sessionId }) }
  if (response.status >= 200 && response.status <= 299 && type === 'text/event-stream') {
    return new Response(ReadableStream.from(answerEvents(response, id, done)), { headers })
  }
  try {
    if (response.status < 200 || response.status > 299) throw new Error(`http ${response.status}`)
    if (type === 'application/json') return new Response(await readAnswer(response, id), { headers })
    throw new Error(`the server answered with ${type ?? 'no type'}, which is no JSON`)
  } finally {
    response.close()
    done()
  }
}

/** Sends a message that has no answer. Never rejects. */
async function notify(url: string, options: Message, closed: AbortSignal): Promise<void> {
  const signal = AbortSignal.any([closed, AbortSignal.timeout(NOTIFY_TIMEOUT_MS)])
  await post(url, { ...options, timeoutMs: NOTIFY_TIMEOUT_MS, signal }).then(
    response => response.close(),
    () => {},
  )
}

/** The session id of a response; `undefined` for a text that cannot be sent back in a header. */
function readSessionId({ headers }: HttpResponse): string | undefined {
  const id = headers.get(SESSION_ID)
  return id !== null && /^[\x21-\x7e]{1,1024}$/.test(id) ? id : undefined
}

/** Ends the session at the server, also when the library has closed its connection. Never rejects. */
function endSession(url: string, headers: Record<string, string>): Promise<void> {
  const send = url.startsWith('https:') ? httpsRequest : httpRequest
  return new Promise(resolve => {
    const signal = AbortSignal.timeout(END_SESSION_MS)
    const request = send(url, { method: 'DELETE', headers, agent: false, signal }, response => response.resume())
    request.on('error', () => {})
    request.on('close', () => resolve())
    request.end()
  })
}
