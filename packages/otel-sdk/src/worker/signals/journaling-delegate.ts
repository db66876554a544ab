import {
  createOtlpNetworkExportDelegate,
  ExporterMetrics,
  type IExporterTransport,
  type IOtlpExportDelegate,
} from '@opentelemetry/otlp-exporter-base'
import type { IExporterMetricsHelper, ISerializer } from '@opentelemetry/otlp-transformer'
import type { Delivery } from '../delivery/delivery.ts'

/**
 * The official exporter's inside, with one part of ours: its transport hands the bytes over to the delivery and is done.
 * From then on the delivery answers for them, on disk and on the network.
 */
export function createJournalingDelegate<Internal, Response>(
  delivery: Delivery,
  serializer: ISerializer<Internal, Response>,
  metricsHelper: IExporterMetricsHelper<Internal>,
): IOtlpExportDelegate<Internal> {
  const transport: IExporterTransport = {
    send(bytes) {
      delivery.accept(bytes)
      return Promise.resolve({ status: 'success' })
    },
    shutdown() {},
  }
  const metrics = new ExporterMetrics<Internal>({
    componentType: 'codex_otel_journal',
    metricsHelper,
    url: undefined,
    meterProvider: undefined,
    responseAttributesFromError: () => ({}),
  })
  // Handing over takes no time, so neither limit is ever met.
  const limits = { timeoutMillis: 10_000, concurrencyLimit: 1000, compression: 'none' } as const
  return createOtlpNetworkExportDelegate(limits, serializer, metrics, transport)
}
