import type { SignalName } from '../codec/signals.ts'
import type { RequestHead, Transport } from '../misbehave/request-head.ts'
import type { Batch, Outcome } from './batch.ts'
import { failedHandshake } from './foreign-protocol.ts'
import { type Doors, handToSink } from './hand-to-sink.ts'
import { type GivenLimits, withDefaults } from './limits.ts'
import type { Listener, ServerTls } from './listener.ts'
import { Load } from './load.ts'
import { openPort, type PortOptions } from './open-port.ts'
import type { Refusal } from './refusal.ts'

export interface OtlpServerOptions {
  /**
   * The addresses to listen at. Without this option the machine itself is served alone, and on one without IPv6 `::1` is left
   * out; an address that is named here has to exist.
   * @default ['127.0.0.1', '::1']
   */
  hosts?: readonly string[]
  /** The ports, the same at each address. 0 takes a free one, `false` leaves the transport out. @default 4318 and 4317 */
  ports?: { http?: number | false; grpc?: number | false }
  /** @default ServerLimits has the default of each */
  limits?: GivenLimits
  /** Both transports speak TLS with these. @default plaintext */
  tls?: ServerTls
  /** Further HTTP paths and their signals, besides those that end in `/v1/logs`, `/v1/metrics` or `/v1/traces`. */
  paths?: Readonly<Record<string, SignalName>>
  /**
   * The pages that may send telemetry, as their `Origin` header names them (`https://app.example.com`). An exporter that is
   * no web page sends no such header; a request with any other is refused with 403, so that no page that its user visits can
   * write into a server on the user's machine. Browsers get the CORS headers that let the named pages send.
   * @default []
   */
  allowOrigins?: readonly string[]
  /**
   * The names, without a port, that a client may address the server by; a request that is addressed to another is refused with
   * 421, because a page can give a name of its own to the address of this machine (DNS rebinding). `'any'` does not look.
   * @default localhost, 127.0.0.1, [::1] and `hosts`
   */
  allowHosts?: readonly string[] | 'any'
  /**
   * What every answer names as its `server`, as `collector/1.2`, so that a client can tell whom it reached; a function is asked
   * for each answer. @default nothing
   */
  name?: string | (() => string)
  /** Whether a request is allowed in, by a key in its headers. Others are refused with 401. @default all are */
  authorize?: (head: RequestHead) => boolean
  /**
   * Takes the records of one request; the client is answered once the result is there. Up to `limits.requests` run at once.
   * Where it throws, the client gets 500 or INTERNAL, and `onRefused` the error's message; a MalformedRequest of the batch is
   * answered with 400.
   */
  onBatch: (batch: Batch) => Outcome | Promise<Outcome>
  /** Told of each request that was refused, with its reason. What it throws is not caught. */
  onRefused?: (refusal: Refusal) => void
}

/** A running server. */
export interface OtlpServer {
  /** The addresses of OTLP/HTTP without a path, e.g. `http://127.0.0.1:4318`; one for each host. */
  readonly httpUrls: readonly string[]
  readonly grpcUrls: readonly string[]
  /** What is in work now: requests, and the bytes of their bodies. */
  readonly load: { readonly requests: number; readonly bytes: number }
  /**
   * Takes no new connections, lets the requests in work end, and then closes all connections; those that are still in work
   * after `graceMs` are broken off, and their clients send them again. A second call waits for the same end.
   * @param options.graceMs milliseconds, default 5,000
   */
  close(options?: { graceMs?: number }): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

const LOOPBACK = ['127.0.0.1', '::1'] as const
const USUAL_PORTS = { http: 4318, grpc: 4317 } as const
const TRANSPORTS: readonly Transport[] = ['http', 'grpc']
const WITHOUT_ADDRESS = ['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL']
/** A free port of the first address may be taken at the second. */
const ATTEMPTS = 10

/**
 * Starts an OTLP server that hands each request to `onBatch` and keeps nothing.
 * @throws RangeError that names an unknown or impossible limit, and the error of the operating system with its `code`, e.g.
 * EADDRINUSE, after it has closed what was open already
 */
export async function createOtlpServer(options: OtlpServerOptions): Promise<OtlpServer> {
  const limits = withDefaults(options.limits)
  const load = new Load(limits)
  const hosts = options.hosts ?? LOOPBACK
  const doors: Doors = {
    origins: new Set(options.allowOrigins),
    hosts:
      options.allowHosts === 'any' ? undefined : new Set(options.allowHosts ?? ['localhost', ...LOOPBACK, ...hosts]),
    authorize: options.authorize,
  }
  const report = (refusal: Omit<Refusal, 'timeMs'>): void => options.onRefused?.({ timeMs: Date.now(), ...refusal })
  const ports: PortOptions = {
    limits,
    tls: options.tls,
    paths: options.paths,
    allowOrigins: doors.origins,
    answerHeaders: serverHeader(options.name),
    handle: ({ head }) =>
      handToSink(head, { load, doors, recordLimits: limits.record, onBatch: options.onBatch, report }),
    onForeign: (transport, foreign) => report({ ...UNREADABLE, transport, ...foreign }),
    onTlsError: (transport, error) => report({ ...UNREADABLE, transport, ...failedHandshake(error) }),
  }

  const open: Record<Transport, Listener[]> = { http: [], grpc: [] }
  const all = (): Listener[] => [...open.http, ...open.grpc]
  try {
    for (const transport of TRANSPORTS) {
      const port = options.ports?.[transport] ?? USUAL_PORTS[transport]
      if (port === false) continue
      open[transport] = await openAtEach(hosts, port, options.hosts === undefined, (host, port) =>
        openPort(transport, host, port, ports),
      )
    }
  } catch (error) {
    await Promise.all(all().map(listener => listener.close()))
    throw error
  }

  const scheme = options.tls ? 'https' : 'http'
  const urls = (transport: Transport): string[] =>
    open[transport].map(({ host, port }) => `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`)
  let closed: Promise<void> | undefined
  const close = ({ graceMs = 5_000 } = {}): Promise<void> => {
    closed ??= (async () => {
      for (const listener of all()) listener.stop()
      const allEnded = await load.end(graceMs)
      await Promise.all(all().map(listener => listener.close({ flush: allEnded })))
    })()
    return closed
  }
  return {
    httpUrls: urls('http'),
    grpcUrls: urls('grpc'),
    load,
    close,
    [Symbol.asyncDispose]: () => close(),
  }
}

function serverHeader(name: OtlpServerOptions['name']): Readonly<Record<string, string>> {
  if (typeof name !== 'function') return name === undefined ? {} : { server: name }
  return {
    get server() {
      return name()
    },
  }
}

const UNREADABLE = { signal: undefined, method: '', path: '', userAgent: '', bytes: 0, status: undefined } as const

async function openAtEach(
  hosts: readonly string[],
  port: number,
  usual: boolean,
  openAt: (host: string, port: number) => Promise<Listener>,
): Promise<Listener[]> {
  for (let attempt = 1; ; attempt++) {
    const open: Listener[] = []
    try {
      for (const host of hosts) {
        try {
          open.push(await openAt(host, open[0]?.port ?? port))
        } catch (error) {
          const { code = '' } = error as NodeJS.ErrnoException
          if (!(usual && open.length > 0 && WITHOUT_ADDRESS.includes(code))) throw error
        }
      }
      return open
    } catch (error) {
      await Promise.all(open.map(listener => listener.close()))
      const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
      if (!(port === 0 && open.length > 0 && taken && attempt < ATTEMPTS)) throw error
    }
  }
}
