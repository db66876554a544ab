import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { createServer as createTlsServer, type TLSSocket } from 'node:tls'
import type { Behaviour } from '../misbehave/behaviour.ts'
import { IdleTimers } from './idle-timers.ts'

/** Certificates of a server that speaks TLS, in PEM. */
export interface ServerTls {
  key: string | Buffer
  cert: string | Buffer
  /** The authorities that the server checks client certificates against. */
  ca?: string | Buffer | readonly (string | Buffer)[]
  /** Mutual TLS: the handshake of a client without a certificate signed by `ca` fails. @default false */
  requestClientCertificate?: boolean
}

export interface ListenOptions {
  host: string
  port: number
  tls: ServerTls | undefined
  alpnProtocol: 'h2' | 'http/1.1'
  /** The behaviour of a new connection that the receiver does not read; `undefined` for one that it reads. */
  treatConnection?: (() => Behaviour | undefined) | undefined
  onConnection: (socket: Duplex) => void
  onTlsError: (error: Error) => void
  /** Milliseconds that a connection may be open without a request in work. @default for ever */
  idleTimeoutMs?: number | undefined
  /** Further connections are closed at once. @default without limit */
  maxConnections?: number | undefined
}

/** The other end of a connection, which a socket of TLS or HTTP/2 has as the TCP connection below it. */
interface Peer {
  readonly remoteAddress?: string | undefined
  readonly remotePort?: number | undefined
}

const nameOf = ({ remoteAddress, remotePort }: Peer): string => `${remoteAddress} ${remotePort}`

/** A port of one address and its connections. */
export interface Listener {
  readonly host: string
  readonly port: number
  /** Connections accepted since the start. */
  readonly connections: number
  /** The TCP connection below a socket, with TLS or without. */
  tcpOf(socket: Peer): Socket | undefined
  /** A connection has one more request in work. Returns what ends that. */
  work(tcp: Socket): () => void
  /** Stops listening. Connections stay open. */
  stop(): void
  /** Stops listening and destroys every connection; with `flush`, once what was written to it is sent. */
  close(options?: { flush: boolean }): Promise<void>
}

export async function listen(options: ListenOptions): Promise<Listener> {
  const { tls } = options
  const sockets = new Set<Socket>()
  const byPeer = new Map<string, Socket>()
  const idle = new IdleTimers(options.idleTimeoutMs)
  let connections = 0
  const tlsServer = tls && createTls(tls, options)

  // Paused, so that a behaviour with `read: 'nothing'` applies before the first byte is read.
  const server = createServer({ pauseOnConnect: true, noDelay: true }, socket => {
    const peer = nameOf(socket)
    connections += 1
    sockets.add(socket)
    byPeer.set(peer, socket)
    // A reset by the client arrives as an error event and is not a failure of the receiver.
    socket.on('error', () => {})
    socket.on('close', () => {
      sockets.delete(socket)
      if (byPeer.get(peer) === socket) byPeer.delete(peer)
      idle.forget(socket)
    })
    const behaviour = options.treatConnection?.()
    if (behaviour) {
      leaveUnread(socket, behaviour)
      return
    }
    idle.start(socket)
    if (tlsServer) tlsServer.emit('connection', socket)
    else options.onConnection(socket)
    socket.resume()
  })
  if (options.maxConnections !== undefined && Number.isFinite(options.maxConnections)) {
    server.maxConnections = options.maxConnections
  }
  server.listen(options.port, options.host)
  await once(server, 'listening')
  const closed = Promise.withResolvers<void>()
  server.once('close', closed.resolve)

  return {
    host: options.host,
    port: (server.address() as AddressInfo).port,
    get connections() {
      return connections
    },
    tcpOf: socket => byPeer.get(nameOf(socket)),
    work: tcp => idle.work(tcp),
    stop: () => {
      if (server.listening) server.close()
    },
    close: async ({ flush } = { flush: false }) => {
      server.close()
      for (const socket of sockets) flush ? socket.destroySoon() : socket.destroy()
      await closed.promise
    },
  }
}

function createTls(tls: ServerTls, options: ListenOptions): ReturnType<typeof createTlsServer> {
  const { key, cert, ca, requestClientCertificate: requestCert = false } = tls
  const server = createTlsServer(
    {
      key,
      cert,
      ...(ca === undefined ? {} : { ca: ca as string | Buffer | (string | Buffer)[] }),
      requestCert,
      rejectUnauthorized: requestCert,
      ALPNProtocols: [options.alpnProtocol],
    },
    (socket: TLSSocket) => {
      socket.on('error', () => {})
      options.onConnection(socket)
    },
  )
  server.on('tlsClientError', options.onTlsError)
  return server
}

function leaveUnread(socket: Socket, { delayMs = 0, answer }: Behaviour): void {
  if (answer === 'hang') return
  const finish = (): void => {
    if (answer === 'reset') socket.resetAndDestroy()
    else socket.destroy()
  }
  if (delayMs === 0) {
    finish()
    return
  }
  const timer = setTimeout(finish, delayMs)
  socket.on('close', () => clearTimeout(timer))
}
