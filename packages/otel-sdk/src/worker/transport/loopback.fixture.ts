import http from 'node:http'
import https from 'node:https'
import net, { type AddressInfo } from 'node:net'
import { afterEach, expect } from 'vitest'
import type { ExportErrorFields } from './export-error.ts'
import type { ExportResult } from './transport.ts'

/** Bytes to send; what is in them does not matter to a transport. */
export const REQUEST: Buffer = Buffer.from('the request')
export const TIMEOUT_MS = 5_000

const cleanups: (() => unknown)[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

/** Runs when the test is over, the last one first. */
export function atEnd(cleanup: () => unknown): void {
  cleanups.push(cleanup)
}

/** Starts a server on loopback for the time of the test, and gives its port. */
export async function listen(server: net.Server): Promise<number> {
  const sockets = new Set<net.Socket>()
  server.on('connection', socket => sockets.add(socket))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  atEnd(() => closeServer(server, sockets))
  return (server.address() as AddressInfo).port
}

/** A port on which nothing listens. */
export async function closedPort(): Promise<number> {
  const server = net.createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await closeServer(server, new Set())
  return port
}

/** A TCP server that does one thing with the first bytes of each connection. */
export function tcpServer(onFirstData: (socket: net.Socket) => void): net.Server {
  return net.createServer(socket => socket.on('error', () => {}).once('data', () => onFirstData(socket)))
}

export interface ProxyOptions {
  /** Answers CONNECT with this and goes no further. */
  refuseWith?: number
  /** Answers nothing. */
  hang?: boolean
  /** Makes it a proxy that is spoken to over TLS. */
  tls?: { cert: string; key: string }
}

export interface TestProxy {
  port: number
  /** What was asked for: `CONNECT host:port` or `POST http://...`. */
  requests: string[]
  /** The Proxy-Authorization of each request. */
  credentials: (string | undefined)[]
}

/** A small forward proxy: tunnels, and requests with a whole URL. */
export async function startProxy(options: ProxyOptions = {}): Promise<TestProxy> {
  const requests: string[] = []
  const credentials: (string | undefined)[] = []
  const note = (request: http.IncomingMessage) => {
    requests.push(`${request.method} ${request.url}`)
    credentials.push(request.headers['proxy-authorization'])
  }
  const forward: http.RequestListener = (request, response) => {
    note(request)
    const onward = http.request(request.url ?? '', { method: request.method ?? '', headers: request.headers })
    onward.on('response', answer => {
      response.writeHead(answer.statusCode ?? 0, answer.headers)
      answer.pipe(response)
    })
    request.pipe(onward)
  }
  const server = options.tls === undefined ? http.createServer(forward) : https.createServer(options.tls, forward)
  server.on('connect', (request, socket) => {
    note(request)
    socket.on('error', () => {})
    if (options.hang === true) return
    if (options.refuseWith !== undefined) {
      socket.end(`HTTP/1.1 ${options.refuseWith} No\r\ncontent-length: 0\r\n\r\n`)
      return
    }
    const [host, port] = (request.url ?? '').split(':')
    const onward = net.connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      onward.pipe(socket).pipe(onward)
    })
    onward.on('error', () => socket.destroy())
    socket.on('close', () => onward.destroy())
  })
  return { port: await listen(server), requests, credentials }
}

/** What a request failed with, as plain data. */
export async function failureOf(result: Promise<ExportResult>): Promise<ExportErrorFields> {
  const settled = await result
  if (settled.status === 'success') throw new Error('expected a failure')
  const { kind, status, grpcCode, retryable, retryAfterMs, detail, message } = settled.error
  expect(settled.status).toBe(retryable ? 'retryable' : 'failure')
  expect(message).not.toContain('\n')
  return { kind, status, grpcCode, retryable, retryAfterMs, detail, message }
}

async function closeServer(server: net.Server, sockets: Set<net.Socket>): Promise<void> {
  for (const socket of sockets) socket.destroy()
  await new Promise(resolve => server.close(resolve))
}
