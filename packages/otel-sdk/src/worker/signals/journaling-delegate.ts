import {
  createOtlpNetworkExportDelegate,
  ExporterMetrics,
  type IExporterTransport,
  type IOtlpExportDelegate,
} from '@opentelemetry/otlp-exporter-base'
import type { IExporterMetricsHelper, ISerializer } from '@opentelemetry/otlp-transformer'
import type { RequestSink } from '../delivery/request-sink.ts'

type ExportResult = Parameters<Parameters<IOtlpExportDelegate<unknown>['export']>[1]>[0]

/** The codes of an export result, as `@opentelemetry/core` defines them. */
const SUCCESS = 0
const FAILED = 1

export interface JournalingDelegateOptions<Internal, Response> {
  delivery: Pick<RequestSink, 'accept' | 'refuse'>
  serializer: ISerializer<Internal, Response>
  metricsHelper: IExporterMetricsHelper<Internal>
  /** The number of records in one export. */
  countRecords(exported: Internal): number
}

/**
 * The official export delegate with a transport that hands the bytes to the delivery, which then stores and sends them.
 * Records of which the official parts make no request are refused, so that the delivery counts them as well.
 */
export function createJournalingDelegate<Internal, Response>(
  options: JournalingDelegateOptions<Internal, Response>,
): IOtlpExportDelegate<Internal> {
  const { countRecords, delivery, metricsHelper, serializer } = options
  const transport: IExporterTransport = {
    send(bytes) {
      if (delivery.accept(bytes) > 0) return Promise.resolve({ status: 'success' })
      return Promise.resolve({ status: 'failure', error: new Error('the serializer made no request') })
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
  // The transport answers at once, so an export never meets either limit.
  const limits = { timeoutMillis: 10_000, concurrencyLimit: 1000, compression: 'none' } as const
  const inner = createOtlpNetworkExportDelegate(limits, serializer, metrics, transport)
  return {
    export(exported, callback) {
      const answer = (result: ExportResult): void => {
        const records = result.code === SUCCESS ? 0 : countRecords(exported)
        if (records > 0) delivery.refuse(records)
        callback(result)
      }
      try {
        inner.export(exported, answer)
      } catch (error) {
        answer({ code: FAILED, error: error as Error })
      }
    },
    setMetrics: replacement => inner.setMetrics(replacement),
    forceFlush: () => inner.forceFlush(),
    shutdown: () => inner.shutdown(),
  }
}
