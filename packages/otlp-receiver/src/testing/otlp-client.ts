import { type ClientRequest, request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { gzipSync } from 'node:zlib'
import { Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js'
import type { Encoding } from '../codec/encoding.ts'
import { SIGNALS, type SignalName } from '../codec/signals.ts'
import type { Transport } from '../misbehave/request-head.ts'

export interface Reply {
  /** HTTP status or gRPC code. */
  status: number
  body: Buffer
  headers: Record<string, unknown>
  message: string
}

/** Where to send to. */
interface Target {
  readonly httpUrl: string
  readonly grpcUrl: string
}

export interface Trust {
  ca: string
  key?: string
  cert?: string
}

export interface SendOptions {
  encoding?: Encoding
  gzip?: boolean
  chunked?: boolean
  path?: string
  method?: string
  headers?: Record<string, string>
  trust?: Trust
  timeoutMs?: number
}

/** Sends one request on a connection of its own; a connection that fails is an error with its `code`. */
export function send(
  target: Target,
  transport: Transport,
  signal: SignalName,
  body: Uint8Array,
  options: SendOptions = {},
): Promise<Reply> {
  return transport === 'http' ? sendHttp(target, signal, body, options) : sendGrpc(target, signal, body, options)
}

export function openHttp(target: Target, signal: SignalName, options: SendOptions): ClientRequest {
  const url = new URL(options.path ?? `/v1/${signal}`, target.httpUrl)
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest
  return request(url, {
    method: options.method ?? 'POST',
    agent: false,
    ...options.trust,
    headers: {
      'content-type': options.encoding === 'json' ? 'application/json' : 'application/x-protobuf',
      ...(options.gzip ? { 'content-encoding': 'gzip' } : {}),
      ...options.headers,
    },
  })
}

function sendHttp(target: Target, signal: SignalName, body: Uint8Array, options: SendOptions): Promise<Reply> {
  const { promise, resolve, reject } = Promise.withResolvers<Reply>()
  const bytes = options.gzip ? gzipSync(body) : body
  const request = openHttp(target, signal, options)
  request.on('error', reject)
  request.setTimeout(options.timeoutMs ?? 10_000, () => request.destroy(new Error('no answer in time')))
  request.on('response', async response => {
    try {
      const body = Buffer.concat(await response.toArray())
      resolve({ status: response.statusCode ?? 0, body, headers: response.headers, message: '' })
    } catch (error) {
      reject(error)
    }
  })
  if (options.chunked) {
    request.write(bytes.subarray(0, 1))
    request.end(bytes.subarray(1))
  } else {
    request.setHeader('content-length', bytes.length)
    request.end(bytes)
  }
  return promise
}

function sendGrpc(target: Target, signal: SignalName, body: Uint8Array, options: SendOptions): Promise<Reply> {
  const { trust, gzip, headers = {}, path = SIGNALS[signal].grpcPath, timeoutMs = 10_000 } = options
  const security = trust
    ? credentials.createSsl(
        Buffer.from(trust.ca),
        trust.key === undefined ? null : Buffer.from(trust.key),
        trust.cert === undefined ? null : Buffer.from(trust.cert),
      )
    : credentials.createInsecure()
  const client = new Client(`localhost:${new URL(target.grpcUrl).port}`, security, {
    'grpc.enable_retries': 0,
    ...(gzip ? { 'grpc.default_compression_algorithm': 2 } : {}),
  })
  const metadata = new Metadata()
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value)
  const { promise, resolve, reject } = Promise.withResolvers<Reply>()
  let initial: Record<string, unknown> = {}
  const call = client.makeUnaryRequest<Uint8Array, Buffer>(
    path,
    message => Buffer.from(message),
    message => message,
    body,
    metadata,
    { deadline: Date.now() + timeoutMs },
    (error: ServiceError | null, message) => {
      client.close()
      if (!error) resolve({ status: 0, body: message ?? Buffer.alloc(0), headers: initial, message: '' })
      else if (
        error.code === 14 &&
        !('grpc-status' in error.metadata.getMap()) &&
        /ECONN|connect|dropped|destroyed/i.test(error.details)
      )
        reject(error)
      else
        resolve({ status: error.code, body: Buffer.alloc(0), headers: error.metadata.getMap(), message: error.details })
    },
  )
  call.on('metadata', received => {
    initial = received.getMap()
  })
  return promise
}
