import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex, Writable } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import type { TLSSocket } from 'node:tls'
import { type Encoding, encode } from '../codec/encoding.ts'
import { SIGNAL_NAMES, SIGNALS, type SignalName } from '../codec/signals.ts'
import type { Answer } from '../misbehave/behaviour.ts'
import type { RequestHead } from '../misbehave/request-head.ts'
import { answerPreflight, corsHeaders } from './cors.ts'
import type { Exchange } from './exchange.ts'
import { type Foreign, foreignToHttp } from './foreign-protocol.ts'
import type { Listener } from './listener.ts'
import { readBody } from './read-body.ts'
import type { RefusingAnswer } from './refusal.ts'
import { grpcStatusOf, httpStatusOf } from './status-codes.ts'

export interface HttpTransportOptions {
  signalOf: (path: string) => SignalName | undefined
  listener: () => Listener
  serve: (exchange: Exchange, tcp: Socket | undefined) => void
  answerHeaders: Readonly<Record<string, string>> | undefined
  /** The origins of pages that may read the answers. */
  allowOrigins: ReadonlySet<string>
  /** What arrived instead of HTTP, where its first bytes tell. */
  onForeign?: ((foreign: Foreign) => void) | undefined
}

const ENCODINGS: Record<string, Encoding> = { 'application/x-protobuf': 'binary', 'application/json': 'json' }

/** Serves OTLP/HTTP on the connections passed to the returned function. */
export function createHttpTransport(options: HttpTransportOptions): (socket: Duplex) => void {
  // Without time limits of its own, which would not apply to connections that another server accepted: the listener and
  // the reading of a body have theirs.
  const server = createServer({ keepAliveTimeout: 0, requestTimeout: 0 }, (request, response) => {
    if (answerPreflight(request, response, options.allowOrigins)) return
    const tcp = options.listener().tcpOf(request.socket)
    options.serve(exchangeOf(request, response, options, tcp), tcp)
  })
  server.on('clientError', (error: Error & { rawPacket?: Uint8Array }, socket) => {
    const foreign = error.rawPacket && foreignToHttp(error.rawPacket)
    if (foreign) options.onForeign?.(foreign)
    socket.destroy()
  })
  return socket => server.emit('connection', socket)
}

function exchangeOf(
  request: IncomingMessage,
  response: ServerResponse,
  options: HttpTransportOptions,
  tcp: Socket | undefined,
): Exchange {
  const head = headOf(request, options.signalOf)
  const encoding = ENCODINGS[head.contentType] ?? 'binary'
  const gone = new AbortController()
  response.on('close', () => gone.abort())
  response.on('error', () => {})
  request.on('error', () => {})
  return {
    head,
    encoding,
    clientCertificate: commonName(request.socket),
    refusal: refusalOf(request, head),
    gone: gone.signal,
    read: (extent, limits) => readBody(request, extent, limits),
    answer: answer => {
      const status = answer.status ?? httpStatusOf(answer.grpcStatus ?? 0)
      // A browser asks in accept for what a person reads, and keeps other answers in a file.
      const forPerson = status >= 400 && answer.body === undefined && /\btext\/html\b/.test(head.headers.accept ?? '')
      const body = forPerson
        ? textOf(answer, options.answerHeaders?.server)
        : bodyOf(answer, status, head.signal, encoding)
      const otlpType = encoding === 'json' ? 'application/json' : 'application/x-protobuf'
      const contentType = forPerson ? 'text/plain; charset=utf-8' : otlpType
      const retry = answer.retryAfter === undefined ? {} : { 'retry-after': String(answer.retryAfter) }
      // The unread rest of a request would be taken for the next request on this connection.
      const rest = request.complete ? {} : { connection: 'close' }
      const length = answer.paceMs === undefined ? { 'content-length': String(body.length) } : {}
      response.writeHead(status, {
        ...length,
        'content-type': contentType,
        ...(forPerson ? { 'x-content-type-options': 'nosniff' } : {}),
        ...retry,
        ...rest,
        ...corsHeaders(head.headers.origin, options.allowOrigins),
        ...options.answerHeaders,
        ...lowerCase(answer.headers),
      })
      return { status, sent: sendBody(response, body, answer.paceMs, gone.signal) }
    },
    reset: () => tcp?.resetAndDestroy(),
    close: () => tcp?.destroy(),
  }
}

function headOf(request: IncomingMessage, signalOf: (path: string) => SignalName | undefined): RequestHead {
  const path = (request.url ?? '/').replace(/[?#].*$/s, '')
  const headers: Record<string, string> = {}
  for (const [name, values] of Object.entries(request.headersDistinct)) headers[name] = (values ?? []).join(', ')
  return {
    signal: signalOf(path),
    transport: 'http',
    method: request.method ?? '',
    path,
    host: headers.host ?? '',
    headers,
    contentType: (headers['content-type'] ?? '').replace(/;.*$/s, '').trim().toLowerCase(),
    contentEncoding: (headers['content-encoding'] ?? 'identity').trim().toLowerCase(),
  }
}

function refusalOf(request: IncomingMessage, head: RequestHead): RefusingAnswer | undefined {
  if (!head.signal) {
    return { status: 404, message: `no signal is received at ${head.path}`, advice: `use ${likelyPaths(head.path)}` }
  }
  if (request.method !== 'POST') {
    return { status: 405, message: `${request.method} is not taken`, advice: 'use POST', headers: { allow: 'POST' } }
  }
  if (!(head.contentType in ENCODINGS)) {
    const found = head.contentType || 'nothing'
    return {
      status: 415,
      message: `content-type is ${found}`,
      advice: 'use application/x-protobuf or application/json',
    }
  }
  if (head.contentEncoding !== 'identity' && head.contentEncoding !== 'gzip') {
    return { status: 415, message: `content-encoding is ${head.contentEncoding}`, advice: 'use gzip or none' }
  }
  return undefined
}

/** The path that was meant, as far as its name tells; all of them, where it does not. */
function likelyPaths(path: string): string {
  const meant = /log/i.test(path) ? 'logs' : /metric/i.test(path) ? 'metrics' : /trace|span/i.test(path) ? 'traces' : ''
  return meant ? `/v1/${meant}` : SIGNAL_NAMES.map(signal => `/v1/${signal}`).join(', ')
}

function bodyOf(answer: Answer, status: number, signal: SignalName | undefined, encoding: Encoding): Uint8Array {
  if (answer.body !== undefined) return Buffer.from(answer.body)
  if (status >= 200 && status < 300) {
    return signal ? SIGNALS[signal].encodeResponse(answer.partialSuccess, encoding) : new Uint8Array()
  }
  const code = answer.grpcStatus ?? grpcStatusOf(status)
  return encode(
    'RpcStatus',
    { code, message: answer.message ?? `a behaviour of the receiver answers with ${status}` },
    encoding,
  )
}

/** A refusal for a person, who has come to this port with a browser. */
const textOf = ({ message = '' }: Answer, server: string | undefined): Uint8Array =>
  Buffer.from(`This port takes OTLP: ${message}\n${server === undefined ? '' : `${server}\n`}`)

/** Resolves once the operating system has the whole body, rejects when the client left before. */
async function sendBody(
  response: ServerResponse,
  body: Uint8Array,
  paceMs: number | undefined,
  gone: AbortSignal,
): Promise<void> {
  if (paceMs !== undefined) {
    response.flushHeaders()
    await writeSlowly(response, body, paceMs, gone)
  }
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  response.once('finish', resolve)
  response.once('close', () => reject(new Error('the client left')))
  response.end(paceMs === undefined ? body : undefined)
  return promise
}

/** Writes one byte at a time, with a pause before each byte and one before the end. */
export async function writeSlowly(to: Writable, body: Uint8Array, paceMs: number, gone: AbortSignal): Promise<void> {
  for (const byte of body) {
    await wait(paceMs, undefined, { signal: gone })
    to.write(Uint8Array.of(byte))
  }
  await wait(paceMs, undefined, { signal: gone })
}

export function lowerCase(headers: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}

/** The common name in the client's certificate, where the client sent one. */
export function commonName(socket: object): string | undefined {
  // `in` finds nothing here: the socket of an HTTP/2 session is a proxy that implements `get` alone.
  const name: unknown = (socket as Partial<TLSSocket>).getPeerCertificate?.()?.subject?.CN
  return typeof name === 'string' ? name : undefined
}
