import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

/** How connections fare. Decided when one is made; all lines combine. */
export interface ProxyFault {
  /** Accepted, and nothing passed on in either direction. */
  hang?: boolean
  /** Each way, in milliseconds. */
  latencyMs?: number
  /** Towards the target. */
  upBytesPerSecond?: number
  /** Reset after so many bytes of requests were passed on. */
  resetUpAfter?: number
  /** Reset after so many bytes of answers were passed on. */
  resetDownAfter?: number
  /** Answers vanish; the connection stays open. */
  dropAnswers?: boolean
  /** Only the next so many connections. Default: all. */
  times?: number
}

/** A TCP proxy on loopback that spoils what goes through it. */
export interface TcpProxy {
  readonly port: number
  /** How many connections met the fault. */
  readonly hits: number
  behave(fault?: ProxyFault): void
  /** Refuses connections from now on, and ends those that are open. */
  refuse(): Promise<void>
  /** Takes them again, at the same port. */
  listen(): Promise<void>
  close(): Promise<void>
}

const TICK_MS = 20

export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>()
  let fault: ProxyFault = {}
  let hits = 0
  let port = 0
  let server: Server

  const accept = (client: Socket): void => {
    let own: ProxyFault = {}
    if (fault.times === undefined || fault.times > 0) {
      own = fault
      hits++
      if (fault.times !== undefined) fault = { ...fault, times: fault.times - 1 }
    }
    track(client)
    if (own.hang) {
      client.pause()
      return
    }
    const target = track(connect(targetPort, '127.0.0.1'))
    const end = (reset: boolean): void => {
      for (const socket of [client, target]) {
        if (reset) socket.resetAndDestroy()
        else socket.destroy()
      }
    }
    client.on('close', () => end(false))
    target.on('close', () => end(false))
    pass(client, target, {
      latencyMs: own.latencyMs,
      bytesPerSecond: own.upBytesPerSecond,
      resetAfter: own.resetUpAfter,
      reset: () => end(true),
    })
    if (own.dropAnswers) target.resume()
    else pass(target, client, { latencyMs: own.latencyMs, resetAfter: own.resetDownAfter, reset: () => end(true) })
  }

  const track = (socket: Socket): Socket => {
    sockets.add(socket)
    // Resets are what this is for.
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    return socket
  }

  const proxy: TcpProxy = {
    get port() {
      return port
    },
    get hits() {
      return hits
    },
    behave(next = {}) {
      fault = next
    },
    async listen() {
      server = createServer({ noDelay: true }, accept)
      server.listen(port, '127.0.0.1')
      await once(server, 'listening')
      port = (server.address() as AddressInfo).port
    },
    async refuse() {
      if (!server.listening) return
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
    close: () => proxy.refuse(),
  }
  await proxy.listen()
  return proxy
}

interface Way {
  latencyMs: number | undefined
  bytesPerSecond?: number | undefined
  resetAfter: number | undefined
  reset(): void
}

function pass(from: Socket, to: Socket, { latencyMs, bytesPerSecond, resetAfter, reset }: Way): void {
  let passed = 0
  const write = (chunk: Buffer): void => {
    const left = (resetAfter ?? Number.POSITIVE_INFINITY) - passed
    passed += chunk.length
    to.write(chunk.subarray(0, Math.max(0, left)))
    // What was written has to leave first.
    if (chunk.length >= left) setImmediate(reset)
  }
  if (bytesPerSecond !== undefined) {
    throttle(from, write, bytesPerSecond)
    return
  }
  from.on('data', chunk => {
    if (latencyMs === undefined) write(chunk)
    else setTimeout(() => write(chunk), latencyMs)
  })
}

function throttle(from: Socket, write: (chunk: Buffer) => void, bytesPerSecond: number): void {
  let allowed = 0
  const timer = setInterval(() => {
    allowed = Math.min(allowed + (bytesPerSecond * TICK_MS) / 1000, bytesPerSecond)
    const chunk = allowed >= 1 ? (from.read(Math.min(Math.floor(allowed), from.readableLength)) as Buffer | null) : null
    if (chunk === null) return
    allowed -= chunk.length
    write(chunk)
  }, TICK_MS)
  // Readable, not flowing: what is not read holds the sender back.
  from.on('readable', () => {})
  from.on('close', () => clearInterval(timer))
}
