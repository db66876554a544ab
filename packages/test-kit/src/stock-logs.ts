import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-proto'
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources'
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs'

export interface StockLogsOptions {
  /** Where OTLP over HTTP, binary, is taken. */
  endpoint: string
  /** Default: none. */
  headers?: Readonly<Record<string, string>>
  /** Added to the SDK's default resource. */
  resource: Readonly<Record<string, string>>
  /** In records. Default: the SDK's own, 2,048. */
  maxQueueSize?: number | undefined
}

/** The OpenTelemetry SDK for logs on the application's thread, as its documentation sets it up. */
export function createStockLogs({ endpoint, headers, resource, maxQueueSize }: StockLogsOptions): LoggerProvider {
  const exporter = new OTLPLogExporter(headers ? { url: endpoint, headers: { ...headers } } : { url: endpoint })
  return new LoggerProvider({
    resource: defaultResource().merge(resourceFromAttributes({ ...resource })),
    processors: [new BatchLogRecordProcessor(maxQueueSize === undefined ? { exporter } : { exporter, maxQueueSize })],
  })
}
