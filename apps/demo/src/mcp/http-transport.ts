import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { readEventStream } from '../model/event-stream.ts'
import { type HttpResponse, post } from '../model/http-post.ts'
import { type JsonRpcMessage, MAX_MESSAGE_BYTES, type Transport, type TransportListener } from './transport.ts'

export interface HttpTransportOptions {
  url: string
  /** The credential, asked for before every request: it may change. */
  headers(): Record<string, string>
}

/** What a timer can hold: the limits are those of whoever waits for the answer. */
const NO_LIMIT_MS = 2_147_483_647
/** For telling the server that its session is over. */
const GOODBYE_MS = 1000
const SESSION_ID = 'mcp-session-id'

/** MCP's streamable HTTP: each message is a POST, and its answer is JSON or a stream of events. */
export function httpTransport({ url, headers }: HttpTransportOptions, listener: TransportListener): Transport {
  const open = new AbortController()
  let protocolVersion: string | undefined
  let sessionId: string | undefined
  let goodbye: Promise<void> | undefined

  const allHeaders = (): Record<string, string> => ({
    ...headers(),
    ...(protocolVersion !== undefined && { 'mcp-protocol-version': protocolVersion }),
    ...(sessionId !== undefined && { [SESSION_ID]: sessionId }),
  })

  return {
    async send(message, signal) {
      const response = await post(url, {
        headers: {
          ...allHeaders(),
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
        },
        body: JSON.stringify(message),
        timeoutMs: NO_LIMIT_MS,
        signal: AbortSignal.any([signal, open.signal]),
      })
      try {
        if (response.status < 200 || response.status > 299) throw new Error(`http ${response.status}`)
        if (message.method === 'initialize') sessionId = readSessionId(response)
        if (message.method !== undefined && message.id !== undefined) await readAnswer(response, message, listener)
      } finally {
        response.close()
      }
    },
    negotiated(version) {
      protocolVersion = version
    },
    async close() {
      open.abort(new Error('the connection was closed'))
      goodbye ??= sessionId === undefined ? Promise.resolve() : sayGoodbye(url, allHeaders())
      await goodbye
    },
  }
}

async function readAnswer(response: HttpResponse, request: JsonRpcMessage, listener: TransportListener): Promise<void> {
  const type = response.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type === 'application/json') {
    listener.onMessage(parse(await readBody(response)))
    return
  }
  if (type !== 'text/event-stream') throw new Error(`the server answered with ${type ?? 'no type'}, which is no JSON`)
  const stream = readEventStream(response.body, { idleTimeoutMs: NO_LIMIT_MS, maxEventLength: MAX_MESSAGE_BYTES })
  for await (const { data } of stream) {
    if (data === '') continue
    const message = parse(data)
    listener.onMessage(message)
    if (isAnswerTo(request, message)) return
  }
  throw new Error('the server ended the stream without an answer')
}

function isAnswerTo(request: JsonRpcMessage, message: unknown): boolean {
  const { id, method } = (message ?? {}) as JsonRpcMessage
  return id === request.id && method === undefined
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

/** What cannot be an id is not sent back. */
function readSessionId({ headers }: HttpResponse): string | undefined {
  const id = headers.get(SESSION_ID)
  return id !== null && /^[\x21-\x7e]{1,1024}$/.test(id) ? id : undefined
}

/** Whether the server hears it or not: a session that nobody ends runs out. */
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
