import type { SignalName } from '../../catalogue/signals.ts'
import type { OtlpExporterConfig } from '../../config/effective-config.ts'
import type { WorkerDiagnostic } from '../../protocol/messages.ts'
import { VERSION } from '../../version.ts'
import type { Spool } from '../spool/spool.ts'
import { createTransport } from '../transport/create-transport.ts'
import { spoolEndpoint } from '../transport/describe-endpoint.ts'
import type { HeadersHelpers } from '../transport/headers-helper.ts'
import { Delivery } from './delivery.ts'
import type { DeliveryStats } from './delivery-stats.ts'

export interface OpenDeliveryOptions {
  signal: SignalName
  config: OtlpExporterConfig
  scheduleDelayMs: number
  spool: Spool | undefined
  headersHelpers: HeadersHelpers
  onDiagnostic(diagnostic: WorkerDiagnostic): void
  onProgress?(): void
  onStats?(stats: Readonly<DeliveryStats>): void
}

/** Everything between request bytes and the collector that the configuration names. */
export async function openDelivery(options: OpenDeliveryOptions): Promise<Delivery> {
  const { config, headersHelpers, ...rest } = options
  const { signal, onDiagnostic } = options
  const { protocol, timeoutMs } = config
  const transport = await createTransport(config, { signal, version: VERSION, headersHelpers, onDiagnostic })
  return new Delivery({ ...rest, endpoint: spoolEndpoint(config), protocol, timeoutMs, transport })
}
