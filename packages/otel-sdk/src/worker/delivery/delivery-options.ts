import type { SignalName } from '../../catalogue/signals.ts'
import type { WorkerDiagnostic } from '../../protocol/messages.ts'
import type { Spool } from '../spool/spool.ts'
import type { ExporterTransport } from '../transport/transport.ts'
import type { DeliveryStats } from './delivery-stats.ts'

export interface DeliveryOptions {
  signal: SignalName
  /** Names the folder in the spool; where the requests go is the transport's matter. */
  endpoint: string
  /** `http/json` makes the requests JSON when they are sent; everything up to there is protobuf. */
  protocol: 'http/protobuf' | 'http/json' | 'grpc'
  /** Shut down when the delivery ends. */
  transport: ExporterTransport
  /** For one attempt, in milliseconds. */
  timeoutMs: number
  /** How long a request waits for others to be sent together with, in milliseconds. */
  scheduleDelayMs: number
  /** Without one, what is not delivered when the process ends is lost. */
  spool?: Spool | undefined
  limits?: Partial<DeliveryLimits> | undefined
  onDiagnostic?: ((diagnostic: WorkerDiagnostic) => void) | undefined
  /** Called after every change, with the same object each time. */
  onStats?: ((stats: Readonly<DeliveryStats>) => void) | undefined
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
  /** Records on their way at once: what arrives twice after a kill. Default: 2,048. */
  inFlightRecords: number
  /** Bytes held in memory while the disk has not got them; beyond, the newest are dropped. Default: 64 MiB. */
  memoryBytes: number
  /** Bytes held in memory while the disk has them as well; beyond, they are read again when sent. Default: 8 MiB. */
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
