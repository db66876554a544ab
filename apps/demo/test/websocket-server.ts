import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { answer, type Reply } from './model-server.ts'

/** The server's answer to an upgrade: `silent` is none. */
export type Upgrade = 'accept' | 'silent' | { status: number; headers?: Record<string, string>; body?: string }

/** The server's reply to a request: it sends the messages, and then ends the connection as `end` says. */
export interface WebsocketReply {
  /** The messages: objects are sent as JSON, buffers as binary messages. */
  messages?: (object | string | Buffer)[]
  /** The end of the connection. Default: it stays open. */
  end?: 'stay' | 'close' | 'cut'
}

export interface WebsocketServerOptions {
  /** The answers to upgrades, in order; the last one repeats. Default: every upgrade is accepted. */
  upgrades?: readonly Upgrade[]
  /** Answers to requests over HTTP, in order; the last one repeats. */
  http?: readonly Reply[]
}

export interface WebsocketModel extends AsyncDisposable {
  baseUrl: string
  /** The headers of each upgrade. */
  upgrades: IncomingHttpHeaders[]
  /** Each request over a WebSocket, and the number of its connection, from 1. */
  requests: { connection: number; body: Record<string, unknown> & { input: unknown[] } }[]
  /** The number of requests over HTTP. */
  readonly httpRequests: number
  /** Resolves when no connection is open any more. */
  allClosed(): Promise<void>
}

/** The messages that carry the events of a reply over HTTP. */
export const messagesOf = ({ body = '' }: Reply): string[] =>
  [...body.matchAll(/^data: (.*)$/gm)].map(([, data]) => data as string)

/** The answer to a request that asks the provider to prepare, without a response of the model. */
const WARM: WebsocketReply = {
  messages: [
    { type: 'response.created', response: { id: 'resp_warm' } },
    { type: 'response.completed', response: { id: 'resp_warm', usage: null } },
  ],
}

/** Starts a model provider that answers each request over a WebSocket with the next reply; the last one repeats. */
export async function startWebsocketServer(
  replies: readonly WebsocketReply[],
  { upgrades: planned = ['accept'], http = [answer('over HTTP')] }: WebsocketServerOptions = {},
): Promise<WebsocketModel> {
  const nth = <T>(list: readonly T[], index: number): T => list[Math.min(index, list.length - 1)] as T
  const upgrades: IncomingHttpHeaders[] = []
  const requests: WebsocketModel['requests'] = []
  const sockets = new Set<Duplex>()
  const waiting = new Set<() => void>()
  let httpRequests = 0
  let answered = 0
  const accepting = new WebSocketServer({ noServer: true })
  const server = createServer(async (request, response) => {
    for await (const _chunk of request);
    const reply = nth(http, httpRequests++)
    response.writeHead(reply.status ?? 200, { 'content-type': 'text/event-stream', ...reply.headers }).end(reply.body)
  })
  const serve = (socket: WebSocket, connection: number): void => {
    socket.on('error', () => {})
    socket.on('message', data => {
      const body = JSON.parse(data.toString())
      requests.push({ connection, body })
      const reply = body.generate === false ? WARM : nth(replies, answered++)
      for (const message of reply.messages ?? []) {
        socket.send(typeof message === 'string' || message instanceof Buffer ? message : JSON.stringify(message))
      }
      if (reply.end === 'close') socket.close(1011, 'scripted')
      if (reply.end === 'cut') socket.terminate()
    })
  }
  server.on('upgrade', (request, socket, head) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => {
      sockets.delete(socket)
      if (sockets.size === 0) for (const resolve of waiting) resolve()
    })
    const upgrade = nth(planned, upgrades.length)
    upgrades.push(request.headers)
    if (upgrade === 'silent') {
      // The socket is read on, so that the server notices the end of the connection.
      socket.resume().on('end', () => socket.end())
      return
    }
    if (upgrade === 'accept') {
      const connection = upgrades.length
      accepting.handleUpgrade(request, socket, head, accepted => serve(accepted, connection))
      return
    }
    const { status, headers = {}, body = '' } = upgrade
    const lines = Object.entries({ ...headers, 'content-length': String(body.length) }).map(
      ([k, v]) => `${k}: ${v}\r\n`,
    )
    socket.end(`HTTP/1.1 ${status} Refused\r\n${lines.join('')}\r\n${body}`)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    upgrades,
    requests,
    get httpRequests() {
      return httpRequests
    },
    allClosed: () => new Promise(resolve => (sockets.size === 0 ? resolve() : waiting.add(resolve))),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
