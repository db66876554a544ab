import type { Socket } from 'node:net'
import type { ChannelCredentials, experimental } from '@grpc/grpc-js'

type SecureConnector = experimental.SecureConnector

/** The connections of one gRPC client, as far as the library lets them be seen. */
export interface GrpcConnections {
  /** What the last attempt to connect failed with, for a proxy's refusal and TLS; connecting to a port comes before. */
  readonly lastError: Error | undefined
  /** Ends all of them at once. */
  destroy(): void
}

/**
 * Keeps hold of the connections that are made with these credentials. The library waits without limit for a TLS
 * handshake or a proxy that hangs, with a socket that keeps the process alive, also after the client was closed, and
 * reports no more of a failure than its words. Its own way through a proxy has the same faults, so `prepare` makes the
 * tunnel here.
 *
 * @param prepare Gets the socket to the address that the client connects to, and gives the one to the receiver.
 */
export function trackGrpcConnections(
  credentials: ChannelCredentials,
  prepare: (socket: Socket) => Promise<Socket>,
): GrpcConnections {
  const sockets = new Set<Socket>()
  let lastError: Error | undefined

  function track(connector: SecureConnector): SecureConnector {
    return {
      async connect(socket) {
        sockets.add(socket)
        socket.once('close', () => sockets.delete(socket))
        try {
          return await connector.connect(await prepare(socket))
        } catch (error) {
          lastError = error instanceof Error ? error : undefined
          throw error
        }
      },
      waitForReady: () => connector.waitForReady(),
      getCallCredentials: () => connector.getCallCredentials(),
      destroy: () => connector.destroy(),
    }
  }

  const createConnector = credentials._createSecureConnector.bind(credentials)
  credentials._createSecureConnector = (...parameters) => track(createConnector(...parameters))
  return {
    get lastError() {
      return lastError
    },
    destroy() {
      for (const socket of sockets) socket.destroy()
    },
  }
}
