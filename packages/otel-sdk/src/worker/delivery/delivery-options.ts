import type { SignalName } from '../../catalogue/signals.ts'
import type { WorkerDiagnostic } from '../../protocol/messages.ts'
import type { ExporterTransport } from '../transport/transport.ts'
import type { DeliveryStats } from './delivery-stats.ts'
import type { RequestStores } from './request-store.ts'

export interface DeliveryOptions {
  signal: SignalName
  /** Names the folder in the spool; the transport alone decides where requests go. */
  endpoint: string
  /** The name of that folder, where it is one that another destination's data waits in. */
  folder?: string | undefined
  /** `http/json` makes the requests JSON when they are sent; they are protobuf until then. */
  protocol: 'http/protobuf' | 'http/json' | 'grpc'
  /** Shut down when the delivery ends. */
  transport: ExporterTransport
  /** For one attempt, in milliseconds. */
  timeoutMs: number
  /** How long a request waits for others to share a batch with, in milliseconds. */
  scheduleDelayMs: number
  /** Without one, requests that are not delivered when the process ends are lost. */
  spool?: RequestStores | undefined
  limits?: Partial<DeliveryLimits> | undefined
  onDiagnostic?: ((diagnostic: WorkerDiagnostic) => void) | undefined
  /** Called after every change, with the same object each time. */
  onStats?: ((stats: Readonly<DeliveryStats>) => void) | undefined
  /** Called for each part of a request that is taken in: many of them take a while. */
  onProgress?: (() => void) | undefined
  /** Receives a fault of the accounts. Default: a diagnostic, once. A test throws instead. */
  onBreach?: ((problem: string) => void) | undefined
  /** For the jitter of the back-off: numbers from 0 up to 1. */
  random?: (() => number) | undefined
}

export interface DeliveryLimits {
  /** Records in one request on the wire. Default: 2,048. */
  batchRecords: number
  /** Bytes of one request on the wire, as protobuf and not compressed. Default: 1 MiB; 256 KiB for JSON. */
  batchBytes: number
  /** Requests on their way at once, once one was accepted; one until then. Default: 2. */
  inFlight: number
  /** Records on their way at once: as many may arrive twice after a kill. Default: 2,048. */
  inFlightRecords: number
  /** Bytes held in memory that are not on disk; beyond, the newest are dropped. Default: 64 MiB. */
  memoryBytes: number
  /** Bytes held in memory that are on disk as well; beyond, requests are read again when sent. Default: 8 MiB. */
  cachedBytes: number
}

const MIB = 1024 * 1024

export function deliveryLimits({ protocol, limits }: DeliveryOptions): DeliveryLimits {
  return {
    batchRecords: 2048,
    batchBytes: protocol === 'http/json' ? MIB / 4 : MIB,
    inFlight: 2,
    inFlightRecords: 2048,
    memoryBytes: 64 * MIB,
    cachedBytes: 8 * MIB,
    ...limits,
  }
}
