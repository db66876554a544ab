import type { Socket } from 'node:net'
import type { SignalName } from '../codec/signals.ts'
import { SIGNAL_NAMES } from '../codec/signals.ts'
import type { Behaviour } from '../misbehave/behaviour.ts'
import type { Transport } from '../misbehave/request-head.ts'
import { type Exchange, type RequestHandler, serveExchange } from './exchange.ts'
import type { Foreign } from './foreign-protocol.ts'
import { createGrpcTransport } from './grpc-transport.ts'
import { createHttpTransport } from './http-transport.ts'
import type { ServerLimits } from './limits.ts'
import { type Listener, listen, type ServerTls } from './listener.ts'

/** What both servers have in common: ports, transports and limits. What is done with a request is its handler's. */
export interface PortOptions {
  limits: ServerLimits
  tls: ServerTls | undefined
  /** Further HTTP paths and their signals, besides those that end in `/v1/logs`, `/v1/metrics` or `/v1/traces`. */
  paths: Readonly<Record<string, SignalName>> | undefined
  /** The origins of pages that may read the answers. */
  allowOrigins?: ReadonlySet<string>
  /** On every answer; in lower case. */
  answerHeaders?: Readonly<Record<string, string>> | undefined
  handle: (exchange: Exchange) => RequestHandler
  treatConnection?: (transport: Transport) => Behaviour | undefined
  onForeign?: (transport: Transport, foreign: Foreign) => void
  onTlsError: (transport: Transport, error: Error) => void
}

/** Opens one port. @throws the error of the operating system, such as EADDRINUSE */
export async function openPort(
  transport: Transport,
  host: string,
  port: number,
  options: PortOptions,
): Promise<Listener> {
  const { limits, treatConnection, onForeign, allowOrigins = new Set() } = options
  const serve = (exchange: Exchange, tcp: Socket | undefined): void => {
    const done = tcp && listener.work(tcp)
    const handler = options.handle(exchange)
    void serveExchange(exchange, handler, limits).then(done)
  }
  const common = {
    answerHeaders: options.answerHeaders,
    listener: (): Listener => listener,
    serve,
    onForeign: onForeign && ((foreign: Foreign) => onForeign(transport, foreign)),
  }
  const listener: Listener = await listen({
    host,
    port,
    tls: options.tls,
    alpnProtocol: transport === 'http' ? 'http/1.1' : 'h2',
    treatConnection: treatConnection && (() => treatConnection(transport)),
    onConnection:
      transport === 'http'
        ? createHttpTransport({ ...common, signalOf: signalOf(options.paths), allowOrigins })
        : createGrpcTransport(common),
    onTlsError: error => options.onTlsError(transport, error),
    idleTimeoutMs: limits.idleTimeoutMs,
    maxConnections: limits.connections,
  })
  return listener
}

function signalOf(paths: Readonly<Record<string, SignalName>> = {}): (path: string) => SignalName | undefined {
  const exact = new Map(Object.entries(paths))
  return path => exact.get(path) ?? SIGNAL_NAMES.find(signal => path.endsWith(`/v1/${signal}`))
}
