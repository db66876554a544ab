import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { FetchLike, JSONRPCMessage, RequestId } from '@modelcontextprotocol/client'
import { type HttpResponse, post } from '../model/http-post.ts'
import { answerEvents, readAnswer } from './http-answer.ts'

/** What a timer can hold: how long an answer may take is decided by the call that waits for it. */
const NO_LIMIT_MS = 2_147_483_647
/** For a message that is not answered. */
const NOTIFY_TIMEOUT_MS = 5000
/** For telling the server that its session is over. */
const GOODBYE_MS = 1000
const SESSION_ID = 'mcp-session-id'

/**
 * The requests of the library's HTTP transport, with this client's limits: no redirect is followed, an answer is read up
 * to the largest message, and a connection is closed when its answer has come or its request was cancelled. `headers`
 * is asked before every request. Rejects with `http <status>` where a request is not answered with success.
 */
export function boundedFetch(headers: () => Record<string, string>): FetchLike {
  const open = new Map<RequestId, AbortController>()

  return async (url, init = {}) => {
    const target = String(url)
    const options = { headers: { ...headers(), ...Object.fromEntries(new Headers(init.headers)) }, body: '' }
    if (init.method === 'DELETE') {
      await sayGoodbye(target, options.headers)
      return new Response(null, { status: 204 })
    }
    // What a server wants to send by itself is not listened to. This is how a server says that it has no such stream.
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

/** The library gets the headers that it needs, and a body that always ends. */
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

/** Never rejects: nothing waits for what becomes of it. */
async function notify(url: string, options: Message, closed: AbortSignal): Promise<void> {
  const signal = AbortSignal.any([closed, AbortSignal.timeout(NOTIFY_TIMEOUT_MS)])
  await post(url, { ...options, timeoutMs: NOTIFY_TIMEOUT_MS, signal }).then(
    response => response.close(),
    () => {},
  )
}

/** What cannot be an id is not sent back. */
function readSessionId({ headers }: HttpResponse): string | undefined {
  const id = headers.get(SESSION_ID)
  return id !== null && /^[\x21-\x7e]{1,1024}$/.test(id) ? id : undefined
}

/** Never rejects, and is sent although the connection is closed already. */
function sayGoodbye(url: string, headers: Record<string, string>): Promise<void> {
  const send = url.startsWith('https:') ? httpsRequest : httpRequest
  return new Promise(resolve => {
    const signal = AbortSignal.timeout(GOODBYE_MS)
    const request = send(url, { method: 'DELETE', headers, agent: false, signal }, response => response.resume())
    request.on('error', () => {})
    request.on('close', () => resolve())
    request.end()
  })
}
