import {
  constants,
  createServer,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { MalformedRequest } from '../codec/malformed-request.ts'
import { encodeBinary } from '../codec/otlp-codec.ts'
import { SIGNAL_NAMES, SIGNALS } from '../codec/signals.ts'
import type { Answer } from '../misbehave/behaviour.ts'
import type { RequestHead } from '../misbehave/request-head.ts'
import type { Exchange } from './exchange.ts'
import { type Foreign, foreignToGrpc } from './foreign-protocol.ts'
import { commonName, lowerCase, writeSlowly } from './http-transport.ts'
import type { Listener } from './listener.ts'
import { readBody } from './read-body.ts'
import type { RefusingAnswer } from './refusal.ts'
import { grpcStatusOf, httpStatusOf } from './status-codes.ts'

export interface GrpcTransportOptions {
  listener: () => Listener
  serve: (exchange: Exchange, tcp: Socket | undefined) => void
  answerHeaders: Readonly<Record<string, string>> | undefined
  /** What arrived instead of HTTP/2, as far as it can be told. */
  onForeign?: ((foreign: Foreign) => void) | undefined
}

const PREFIX_BYTES = 5
/** Characters of a path that an answer repeats. */
const MAX_PATH = 200
// With the protocol's default of 64 KiB a large message waits for a round trip after every 64 KiB.
const WINDOW_BYTES = 4 * 1024 * 1024

/**
 * Serves OTLP/gRPC on the connections passed to the returned function. Unary calls only. Built on HTTP/2 and not on a
 * gRPC library: such a library neither shows the bytes as they arrived nor lets the server leave them unread or send an
 * answer that is not gRPC.
 */
export function createGrpcTransport(options: GrpcTransportOptions): (socket: Duplex) => void {
  const server = createServer({ settings: { initialWindowSize: WINDOW_BYTES } })
  server.on('session', (session: ServerHttp2Session) => {
    session.setLocalWindowSize(WINDOW_BYTES)
    session.on('error', error => {
      const foreign = foreignToGrpc(error)
      if (foreign) options.onForeign?.(foreign)
    })
  })
  server.on('sessionError', () => {})
  server.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    const socket = stream.session?.socket
    const tcp = socket && options.listener().tcpOf(socket)
    options.serve(exchangeOf(stream, headers, options, tcp), tcp)
  })
  return socket => server.emit('connection', socket)
}

function exchangeOf(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  { answerHeaders }: GrpcTransportOptions,
  tcp: Socket | undefined,
): Exchange {
  const socket = stream.session?.socket
  const head = headOf(headers)
  const gone = new AbortController()
  stream.on('close', () => gone.abort())
  stream.on('error', () => {})
  return {
    head,
    encoding: 'binary',
    clientCertificate: socket && commonName(socket),
    refusal: refusalOf(head),
    gone: gone.signal,
    read: async (extent, limits) => {
      const framed = await readBody(stream, extent, limits)
      return extent === 'part' ? framed.subarray(PREFIX_BYTES) : messageOf(framed, head)
    },
    answer: answer =>
      answerCall(stream, head, { ...answer, headers: { ...answerHeaders, ...answer.headers } }, gone.signal),
    reset: () => tcp?.resetAndDestroy(),
    close: () => tcp?.destroy(),
  }
}

function headOf(raw: IncomingHttpHeaders): RequestHead {
  const path = String(raw[':path'] ?? '')
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(raw)) {
    if (!name.startsWith(':') && value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return {
    signal: SIGNAL_NAMES.find(signal => SIGNALS[signal].grpcPath === path),
    transport: 'grpc',
    method: String(raw[':method'] ?? ''),
    path,
    host: String(raw[':authority'] ?? headers.host ?? ''),
    headers,
    contentType: (headers['content-type'] ?? '').replace(/;.*$/s, '').trim().toLowerCase(),
    contentEncoding: (headers['grpc-encoding'] ?? 'identity').toLowerCase(),
  }
}

function refusalOf(head: RequestHead): RefusingAnswer | undefined {
  if (!/^application\/grpc(\+proto)?$/.test(head.contentType)) {
    return {
      status: 415,
      message: `content-type is ${head.contentType || 'nothing'}`,
      advice: 'use application/grpc, or send OTLP/HTTP to its own port',
      bareHttp: true,
    }
  }
  if (!head.signal) {
    const advice = `call Export of ${SIGNAL_NAMES.map(signal => SIGNALS[signal].grpcPath.split('.').at(-1)?.replace(/\/.*/, '')).join(', ')}`
    return { grpcStatus: 12, message: `unknown method ${head.path.slice(0, MAX_PATH)}`, advice }
  }
  if (head.contentEncoding !== 'identity' && head.contentEncoding !== 'gzip') {
    return { grpcStatus: 12, message: `grpc-encoding is ${head.contentEncoding}`, advice: 'use gzip or identity' }
  }
  return undefined
}

/** The one message of a unary call. gRPC allows an uncompressed message even when `grpc-encoding` is gzip. */
function messageOf(framed: Buffer, head: RequestHead): Uint8Array {
  const message = framed.subarray(PREFIX_BYTES)
  if (framed.length < PREFIX_BYTES || framed.readUInt32BE(1) !== message.length) {
    throw new MalformedRequest(`expected one length-prefixed message, got ${framed.length} bytes of another form`)
  }
  const compressed = framed[0] === 1
  if (!compressed && framed[0] !== 0) throw new MalformedRequest(`byte 0 is ${framed[0]}, neither 0 nor 1`)
  if (compressed && head.contentEncoding === 'identity') {
    throw new MalformedRequest('a compressed message without grpc-encoding')
  }
  if (!compressed) head.contentEncoding = 'identity'
  return message
}

function answerCall(
  stream: ServerHttp2Stream,
  { signal }: RequestHead,
  answer: Answer,
  gone: AbortSignal,
): { status: number; sent: Promise<void> } {
  const code = answer.grpcStatus ?? grpcStatusOf(answer.status ?? 200)
  const own = lowerCase(answer.headers)
  if (answer.bareHttp) {
    const status = answer.status ?? httpStatusOf(code)
    stream.respond({ ':status': status, 'content-type': 'text/html', ...own })
    return { status, sent: sendBody(stream, Buffer.from(answer.body ?? answer.message ?? ''), answer.paceMs, gone) }
  }
  const trailers = trailersOf(code, answer)
  const head = { ':status': 200, 'content-type': 'application/grpc', 'grpc-accept-encoding': 'identity,gzip', ...own }
  if (code !== 0 && answer.body === undefined && answer.paceMs === undefined) {
    stream.respond({ ...head, ...trailers }, { endStream: true })
    return { status: code, sent: ended(stream) }
  }
  stream.respond(head, { waitForTrailers: true })
  stream.once('wantTrailers', () => stream.sendTrailers(trailers))
  const message =
    answer.body ?? (code === 0 && signal && SIGNALS[signal].encodeResponse(answer.partialSuccess, 'binary'))
  const framed = message ? frame(Buffer.from(message)) : new Uint8Array()
  return { status: code, sent: sendBody(stream, framed, answer.paceMs, gone) }
}

function trailersOf(code: number, answer: Answer): Record<string, string> {
  if (code === 0) return { 'grpc-status': '0' }
  const message = answer.message ?? `a behaviour of the receiver answers with ${code}`
  const trailers = { 'grpc-status': String(code), 'grpc-message': encodeURIComponent(message) }
  const seconds = Number(answer.retryAfter ?? Number.NaN)
  if (!Number.isFinite(seconds)) return trailers
  const whole = Math.floor(seconds)
  const retryDelay = { seconds: BigInt(whole), nanos: Math.round((seconds - whole) * 1e9) }
  const value = encodeBinary('RetryInfo', { retryDelay })
  const details = [{ typeUrl: 'type.googleapis.com/google.rpc.RetryInfo', value }]
  const status = Buffer.from(encodeBinary('RpcStatus', { code, message, details }))
  return { ...trailers, 'grpc-status-details-bin': status.toString('base64') }
}

function frame(message: Uint8Array): Buffer {
  const prefix = Buffer.alloc(PREFIX_BYTES)
  prefix.writeUInt32BE(message.length, 1)
  return Buffer.concat([prefix, message])
}

/** Resolves once the stream is closed with the whole answer sent, rejects when the client left before. */
async function sendBody(
  stream: ServerHttp2Stream,
  body: Uint8Array,
  paceMs: number | undefined,
  gone: AbortSignal,
): Promise<void> {
  if (paceMs !== undefined) await writeSlowly(stream, body, paceMs, gone)
  const sent = ended(stream)
  stream.end(paceMs === undefined ? body : undefined)
  return sent
}

function ended(stream: ServerHttp2Stream): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  stream.once('close', () => (stream.writableFinished ? resolve() : reject(new Error('the client left'))))
  const finished = (): void => {
    if (stream.readableEnded) return
    // A client that is answered before the end of its request need not send the rest. A stream with unread bytes stays open.
    stream.close(constants.NGHTTP2_NO_ERROR)
    stream.resume()
  }
  if (stream.writableFinished) finished()
  else stream.once('finish', finished)
  return promise
}
