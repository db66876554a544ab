import type { Diagnostic } from '@codex/otel-api'
import type { SignalName } from '../../catalogue/signals.ts'
import { Delivery } from '../delivery/delivery.ts'
import type { DeliveryOptions } from '../delivery/delivery-options.ts'
import type { DeliveryStats } from '../delivery/delivery-stats.ts'
import { Spool } from '../spool/spool.ts'

export interface FlushSpoolOptions {
  /** An absolute path. */
  directory: string
  maxBytes: number
  maxAgeMs: number
  /** Only requests for these are sent. Their transports are shut down at the end. */
  destinations: readonly FlushSpoolDestination[]
  /** For all destinations together, in milliseconds. */
  timeoutMs: number
  onDiagnostic?: ((diagnostic: Diagnostic) => void) | undefined
}

export type FlushSpoolDestination = Pick<
  DeliveryOptions,
  'signal' | 'endpoint' | 'folder' | 'protocol' | 'transport' | 'timeoutMs' | 'limits'
>

export interface FlushSpoolResult {
  signal: SignalName
  endpoint: string
  /** Whether every request that could be taken over was delivered. A process that still runs sends its own. */
  delivered: boolean
  /** `recovered` counts the records that were found, `spooled` those that are left. */
  stats: Readonly<DeliveryStats>
}

/**
 * Sends the requests that ended processes left in the spool, until none is left, a destination cannot be reached in time, or
 * `timeoutMs` has passed. Returns one result for each destination; never rejects.
 */
export async function flushSpool(options: FlushSpoolOptions): Promise<FlushSpoolResult[]> {
  const { destinations, timeoutMs, onDiagnostic } = options
  const report = ({ severity, code, message }: Diagnostic): void => onDiagnostic?.({ severity, code, message })
  const spool = new Spool(options)
  const deliveries = destinations.map(
    destination => new Delivery({ ...destination, spool, scheduleDelayMs: 0, onDiagnostic: report }),
  )
  const delivered = await Promise.all(deliveries.map(delivery => delivery.drain(timeoutMs)))
  return deliveries.map((delivery, index) => {
    delivery.end()
    const { signal, endpoint } = destinations[index] as FlushSpoolDestination
    return { signal, endpoint, delivered: delivered[index] === true, stats: delivery.stats }
  })
}
