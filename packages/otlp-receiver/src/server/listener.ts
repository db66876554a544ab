import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { createServer as createTlsServer, type TLSSocket } from 'node:tls'
import type { Behaviour } from '../misbehave/behaviour.ts'

/** Certificates of a receiver that speaks TLS, in PEM. */
export interface ReceiverTls {
  key: string | Buffer
  cert: string | Buffer
  /** The authorities that the server checks client certificates against. */
  ca?: string | Buffer | readonly (string | Buffer)[]
  /** Mutual TLS: the handshake of a client without a certificate signed by `ca` fails. @default false */
  requestClientCertificate?: boolean
}

export interface ListenOptions {
  port: number
  tls: ReceiverTls | undefined
  alpnProtocol: 'h2' | 'http/1.1'
  /** The behaviour of a new connection that the receiver does not read; `undefined` for one that it reads. */
  treatConnection: () => Behaviour | undefined
  onConnection: (socket: Duplex) => void
  onTlsError: (error: Error) => void
}

/** A port on loopback and its connections. */
export interface Listener {
  readonly port: number
  /** Connections accepted since the start. */
  readonly connections: number
  /** The TCP connection below a socket, with TLS or without. */
  tcpOf(socket: { readonly remotePort?: number | undefined }): Socket | undefined
  /** Stops listening and destroys every connection. */
  close(): Promise<void>
}

export async function listen(options: ListenOptions): Promise<Listener> {
  const { tls } = options
  const sockets = new Map<number, Socket>()
  let connections = 0
  const tlsServer = tls && createTls(tls, options)

  // Paused, so that a behaviour with `read: 'nothing'` applies before the first byte is read.
  const server = createServer({ pauseOnConnect: true, noDelay: true }, socket => {
    const port = socket.remotePort ?? 0
    connections += 1
    sockets.set(port, socket)
    // A reset by the client arrives as an error event and is not a failure of the receiver.
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(port))
    const behaviour = options.treatConnection()
    if (behaviour) {
      leaveUnread(socket, behaviour)
      return
    }
    if (tlsServer) tlsServer.emit('connection', socket)
    else options.onConnection(socket)
    socket.resume()
  })
  server.listen(options.port, '127.0.0.1')
  await once(server, 'listening')

  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return connections
    },
    tcpOf: socket => (socket.remotePort === undefined ? undefined : sockets.get(socket.remotePort)),
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets.values()) socket.destroy()
      await closed
    },
  }
}

function createTls(tls: ReceiverTls, options: ListenOptions): ReturnType<typeof createTlsServer> {
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
