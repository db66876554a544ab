import {
  type Behaviour,
  type BehaviourOf,
  type MisbehaveOptions,
  type Misbehaviour,
  Misbehaviours,
  type Transport,
} from './behaviour.ts'
import { type Exchange, serveExchange } from './exchange.ts'
import { createGrpcTransport } from './grpc-transport.ts'
import { createHttpTransport } from './http-transport.ts'
import { type Listener, listen, type ReceiverTls } from './listener.ts'
import { Received, type ReceivedRequest, type Retain, type WaitOptions } from './received.ts'
import type { ReceivedLog, ReceivedMetricPoint, ReceivedSpan, Signal } from './records.ts'
import { SIGNAL_NAMES } from './signals.ts'

export interface ReceiverOptions {
  /** Both transports speak TLS with these. @default plaintext */
  tls?: ReceiverTls
  /** 0 takes a free port. Give one to come back where an earlier receiver was. @default 0 */
  httpPort?: number
  /** @default 0 */
  grpcPort?: number
  /** Further HTTP paths and their signals. Any path that ends in `/v1/logs`, `/v1/metrics` or `/v1/traces` is known. */
  paths?: Readonly<Record<string, Signal>>
  /** @default 'records' */
  retain?: Retain
  /** The largest body, as received. @default 64 MiB */
  maxBodyBytes?: number
  /** The largest body after decompression. @default 256 MiB */
  maxDecodedBytes?: number
  /** All bodies kept together; beyond, requests are answered 507 or RESOURCE_EXHAUSTED. @default 1 GiB */
  maxRetainedBytes?: number
}

/** An OTLP server on 127.0.0.1 that keeps what it gets, and treats its clients badly when told to. */
export interface Receiver {
  /** Without a path, e.g. `http://127.0.0.1:40001`. */
  readonly httpUrl: string
  readonly grpcUrl: string
  /** `httpUrl` with the signal's usual path. */
  readonly logsUrl: string
  readonly metricsUrl: string
  readonly tracesUrl: string
  /** What was stored, in order of arrival. */
  readonly logs: readonly ReceivedLog[]
  readonly metrics: readonly ReceivedMetricPoint[]
  readonly spans: readonly ReceivedSpan[]
  /** How many records were stored: cheap whatever is retained. */
  readonly counts: Readonly<Record<Signal, number>>
  /** All of them, refused and broken ones included. */
  readonly requests: readonly ReceivedRequest[]
  /** TCP connections accepted since the start. */
  readonly connections: { readonly http: number; readonly grpc: number }
  /** Handshakes that failed, oldest first; at most 1,000. */
  readonly tlsErrors: readonly Error[]
  /** Treats requests in the given way. Of several behaviours the oldest that applies decides. */
  misbehave(behaviour: Behaviour | BehaviourOf, options?: MisbehaveOptions): Misbehaviour
  /** Ends all misbehaviour. */
  behave(): void
  /**
   * Resolves once `holds(receiver)` is true; it is asked now and after every change.
   * @throws Error, with what did arrive, after `timeoutMs` (10 s) or when the receiver is closed
   */
  waitFor(holds: (receiver: Receiver) => boolean, options?: WaitOptions & { what?: string }): Promise<void>
  /** Waits for at least so many log records, and gives back all. */
  waitForLogs(count: number, options?: WaitOptions): Promise<readonly ReceivedLog[]>
  waitForMetrics(count: number, options?: WaitOptions): Promise<readonly ReceivedMetricPoint[]>
  waitForSpans(count: number, options?: WaitOptions): Promise<readonly ReceivedSpan[]>
  /** A request counts from the moment its headers are known. */
  waitForRequests(count: number, options?: WaitOptions): Promise<readonly ReceivedRequest[]>
  /** Forgets all records and requests. Misbehaviour stays. */
  reset(): void
  /** Stops listening and destroys all connections. Waits that are under way fail. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

const MIB = 1024 * 1024
const MAX_TLS_ERRORS = 1000

/** Starts a receiver for OTLP/HTTP and OTLP/gRPC, each on a port of its own. */
export async function startReceiver(options: ReceiverOptions = {}): Promise<Receiver> {
  const { tls, maxBodyBytes = 64 * MIB, maxDecodedBytes = 256 * MIB, maxRetainedBytes = 1024 * MIB } = options
  const received = new Received(options.retain ?? 'records', maxRetainedBytes)
  const misbehaviours = new Misbehaviours()
  const tlsErrors: Error[] = []
  const onTlsError = (error: Error): void => {
    if (tlsErrors.length < MAX_TLS_ERRORS) tlsErrors.push(error)
    received.changed()
  }
  const treatConnection = (transport: Transport): Behaviour | undefined => {
    const behaviour = misbehaviours.forConnection(transport)
    received.changed()
    return behaviour
  }
  const serve = (exchange: Exchange): void => {
    void serveExchange(exchange, { received, misbehaviours, maxDecodedBytes })
  }
  const http: Listener = await listen({
    port: options.httpPort ?? 0,
    tls,
    alpnProtocol: 'http/1.1',
    treatConnection: () => treatConnection('http'),
    onConnection: createHttpTransport({ signalOf: signalOf(options.paths), maxBodyBytes, listener: () => http, serve }),
    onTlsError,
  })
  const grpc: Listener = await listen({
    port: options.grpcPort ?? 0,
    tls,
    alpnProtocol: 'h2',
    treatConnection: () => treatConnection('grpc'),
    onConnection: createGrpcTransport({ maxBodyBytes, listener: () => grpc, serve }),
    onTlsError,
  }).catch(async error => {
    await http.close()
    throw error
  })

  const scheme = tls ? 'https' : 'http'
  const httpUrl = `${scheme}://127.0.0.1:${http.port}`
  let closed: Promise<void> | undefined
  const close = (): Promise<void> => {
    received.close()
    closed ??= Promise.all([http.close(), grpc.close()]).then(() => {})
    return closed
  }
  const waitForCount = (signal: Signal, count: number, what: string, wait: WaitOptions = {}): Promise<void> =>
    received.waitFor(() => received.counts[signal] >= count, `${count} ${what}`, wait)

  const receiver: Receiver = {
    httpUrl,
    grpcUrl: `${scheme}://127.0.0.1:${grpc.port}`,
    logsUrl: `${httpUrl}/v1/logs`,
    metricsUrl: `${httpUrl}/v1/metrics`,
    tracesUrl: `${httpUrl}/v1/traces`,
    tlsErrors,
    get logs() {
      return received.logs
    },
    get metrics() {
      return received.metrics
    },
    get spans() {
      return received.spans
    },
    get counts() {
      return received.counts
    },
    get requests() {
      return received.requests
    },
    get connections() {
      return { http: http.connections, grpc: grpc.connections }
    },
    misbehave: (behaviour, how = {}) => misbehaviours.add(behaviour, how),
    behave: () => misbehaviours.clear(),
    waitFor: (holds, { what = 'a condition', ...wait } = {}) => received.waitFor(() => holds(receiver), what, wait),
    waitForLogs: async (count, wait) => {
      await waitForCount('logs', count, 'logs', wait)
      return received.logs
    },
    waitForMetrics: async (count, wait) => {
      await waitForCount('metrics', count, 'metric points', wait)
      return received.metrics
    },
    waitForSpans: async (count, wait) => {
      await waitForCount('traces', count, 'spans', wait)
      return received.spans
    },
    waitForRequests: async (count, wait = {}) => {
      await received.waitFor(() => received.requests.length >= count, `${count} requests`, wait)
      return received.requests
    },
    reset: () => received.reset(),
    close,
    [Symbol.asyncDispose]: close,
  }
  return receiver
}

function signalOf(paths: Readonly<Record<string, Signal>> = {}): (path: string) => Signal | undefined {
  const exact = new Map(Object.entries(paths))
  return path => exact.get(path) ?? SIGNAL_NAMES.find(signal => path.endsWith(`/v1/${signal}`))
}
