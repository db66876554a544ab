import type { ReceivedLog, ReceivedMetricPoint, ReceivedSpan } from '../codec/records.ts'
import { type RecordOf, SIGNALS, type SignalName } from '../codec/signals.ts'
import type { Behaviour } from '../misbehave/behaviour.ts'
import {
  type BehaviourOf,
  type MisbehaveOptions,
  type Misbehaviour,
  Misbehaviours,
} from '../misbehave/misbehaviours.ts'
import { keepInMemory } from './keep-in-memory.ts'
import { WITHOUT_LIMITS } from './limits.ts'
import type { ServerTls } from './listener.ts'
import { openPort, type PortOptions } from './open-port.ts'
import { Received, type ReceivedRequest, type Retain, type WaitOptions } from './received.ts'

export interface ReceiverOptions {
  /** Both transports speak TLS with these. @default plaintext */
  tls?: ServerTls
  /** 0 takes a free port. The port of an earlier receiver continues at its address. @default 0 */
  httpPort?: number
  /** @default 0 */
  grpcPort?: number
  /** Further HTTP paths and their signals, besides those that end in `/v1/logs`, `/v1/metrics` or `/v1/traces`. */
  paths?: Readonly<Record<string, SignalName>>
  /** @default 'records' */
  retain?: Retain
  /** The largest body, in bytes as received. @default 64 MiB */
  maxBodyBytes?: number
  /** The largest body, in bytes after decompression. @default 256 MiB */
  maxDecodedBytes?: number
  /** The bytes of all bodies kept. Above, the receiver answers 507 or RESOURCE_EXHAUSTED. @default 1 GiB */
  maxRetainedBytes?: number
}

/** An OTLP server on 127.0.0.1 that keeps the records it receives and shows the faults that a test asks for. */
export interface Receiver {
  /** Without a path, e.g. `http://127.0.0.1:40001`. */
  readonly httpUrl: string
  readonly grpcUrl: string
  /** `httpUrl` with the signal's usual path. */
  readonly logsUrl: string
  readonly metricsUrl: string
  readonly tracesUrl: string
  /** The stored log records, in order of arrival. */
  readonly logs: readonly ReceivedLog[]
  readonly metrics: readonly ReceivedMetricPoint[]
  readonly spans: readonly ReceivedSpan[]
  /** How many records were stored. Decodes nothing, whatever `retain` is. */
  readonly counts: Readonly<Record<SignalName, number>>
  /** All requests, those included that were refused or broken off. */
  readonly requests: readonly ReceivedRequest[]
  /** TCP connections accepted since the start. */
  readonly connections: { readonly http: number; readonly grpc: number }
  /** The errors of TLS handshakes that failed, oldest first; at most 1,000. */
  readonly tlsErrors: readonly Error[]
  /** Puts a behaviour in force. Of several behaviours the oldest that applies to a request decides. */
  misbehave(behaviour: Behaviour | BehaviourOf, options?: MisbehaveOptions): Misbehaviour
  /** Ends all behaviours in force. */
  behave(): void
  /**
   * Resolves once `holds(receiver)` is true; the receiver calls it at once and after every change.
   * @throws Error that counts what arrived, after `timeoutMs` (10 s) or when the receiver is closed
   */
  waitFor(holds: (receiver: Receiver) => boolean, options?: WaitOptions & { what?: string }): Promise<void>
  /** Waits for at least `count` log records and returns all. */
  waitForLogs(count: number, options?: WaitOptions): Promise<readonly ReceivedLog[]>
  waitForMetrics(count: number, options?: WaitOptions): Promise<readonly ReceivedMetricPoint[]>
  waitForSpans(count: number, options?: WaitOptions): Promise<readonly ReceivedSpan[]>
  /** Waits for at least `count` requests. A request counts from the arrival of its headers. */
  waitForRequests(count: number, options?: WaitOptions): Promise<readonly ReceivedRequest[]>
  /** Forgets all records and requests. Behaviours stay in force. */
  reset(): void
  /** Stops listening and destroys all connections. Pending waits fail. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

const LOOPBACK = '127.0.0.1'
const MIB = 1024 * 1024
const MAX_TLS_ERRORS = 1000

/** Starts a receiver for OTLP/HTTP and OTLP/gRPC, each on a port of its own. */
export async function startReceiver(options: ReceiverOptions = {}): Promise<Receiver> {
  const { tls, maxBodyBytes = 64 * MIB, maxDecodedBytes = 256 * MIB, maxRetainedBytes = 1024 * MIB } = options
  const received = new Received(options.retain ?? 'records', maxRetainedBytes)
  const misbehaviours = new Misbehaviours()
  const tlsErrors: Error[] = []
  const ports: PortOptions = {
    // No limit of time: it would add a fault that the test did not ask for.
    limits: { ...WITHOUT_LIMITS, receivedBytes: maxBodyBytes, decodedBytes: maxDecodedBytes },
    tls,
    paths: options.paths,
    handle: exchange => keepInMemory(exchange, received, misbehaviours),
    treatConnection: transport => {
      const behaviour = misbehaviours.forConnection(transport)
      received.changed()
      return behaviour
    },
    onTlsError: (_transport, error) => {
      if (tlsErrors.length < MAX_TLS_ERRORS) tlsErrors.push(error)
      received.changed()
    },
  }
  const http = await openPort('http', LOOPBACK, options.httpPort ?? 0, ports)
  const grpc = await openPort('grpc', LOOPBACK, options.grpcPort ?? 0, ports).catch(async error => {
    await http.close()
    throw error
  })

  const scheme = tls ? 'https' : 'http'
  const httpUrl = `${scheme}://${LOOPBACK}:${http.port}`
  let closed: Promise<void> | undefined
  const close = (): Promise<void> => {
    received.close()
    closed ??= Promise.all([http.close(), grpc.close()]).then(() => {})
    return closed
  }
  const waitForRecords = async <S extends SignalName>(
    signal: S,
    count: number,
    wait: WaitOptions = {},
  ): Promise<readonly RecordOf<S>[]> => {
    await received.waitFor(() => received.counts[signal] >= count, `${count} ${SIGNALS[signal].noun}`, wait)
    return received.records(signal)
  }

  const receiver: Receiver = {
    httpUrl,
    grpcUrl: `${scheme}://${LOOPBACK}:${grpc.port}`,
    logsUrl: `${httpUrl}/v1/logs`,
    metricsUrl: `${httpUrl}/v1/metrics`,
    tracesUrl: `${httpUrl}/v1/traces`,
    tlsErrors,
    get logs() {
      return received.records('logs')
    },
    get metrics() {
      return received.records('metrics')
    },
    get spans() {
      return received.records('traces')
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
    waitForLogs: (count, wait) => waitForRecords('logs', count, wait),
    waitForMetrics: (count, wait) => waitForRecords('metrics', count, wait),
    waitForSpans: (count, wait) => waitForRecords('traces', count, wait),
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
