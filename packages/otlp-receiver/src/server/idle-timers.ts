import type { Socket } from 'node:net'

interface Connection {
  working: number
  timer: NodeJS.Timeout | undefined
}

/**
 * Closes connections that have no request in work for too long: idle ones, and those whose client sends the head of a
 * request too slowly.
 */
export class IdleTimers {
  readonly #connections = new Map<Socket, Connection>()
  readonly #milliseconds: number | undefined

  constructor(milliseconds: number | undefined) {
    this.#milliseconds = milliseconds !== undefined && Number.isFinite(milliseconds) ? milliseconds : undefined
  }

  start(socket: Socket): void {
    const connection = { working: 0, timer: undefined }
    this.#connections.set(socket, connection)
    this.#wait(socket, connection)
  }

  /** The connection has one more request in work. Returns what ends that. */
  work(socket: Socket): () => void {
    const connection = this.#connections.get(socket)
    if (!connection) return () => {}
    connection.working += 1
    clearTimeout(connection.timer)
    return () => {
      connection.working -= 1
      if (connection.working === 0 && this.#connections.has(socket)) this.#wait(socket, connection)
    }
  }

  forget(socket: Socket): void {
    clearTimeout(this.#connections.get(socket)?.timer)
    this.#connections.delete(socket)
  }

  #wait(socket: Socket, connection: Connection): void {
    if (this.#milliseconds === undefined) return
    connection.timer = setTimeout(() => socket.destroy(), this.#milliseconds).unref()
  }
}
