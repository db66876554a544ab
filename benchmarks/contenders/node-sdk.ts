import { emitToolResult } from '@codex/test-kit/stock-tool-results'
import { logs } from '@opentelemetry/api'
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-proto'
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources'
import { BatchLogRecordProcessor } from '@opentelemetry/sdk-logs'
import { NodeSDK } from '@opentelemetry/sdk-node'
import { LARGE_QUEUE } from './large-queue.ts'
import type { StartContender } from './start-contender.ts'
import { allAttributes, RESOURCE } from './stock-attributes.ts'

/** The OpenTelemetry SDK as its documentation sets it up for Node: on the application's thread, with all that it detects and registers. */
export const start: StartContender = ({ endpoint }) => {
  const processor = new BatchLogRecordProcessor({
    exporter: new OTLPLogExporter({ url: endpoint }),
    maxQueueSize: LARGE_QUEUE,
  })
  const sdk = new NodeSDK({
    resource: defaultResource().merge(resourceFromAttributes(RESOURCE)),
    logRecordProcessors: [processor],
  })
  sdk.start()
  return {
    emit: emitToolResult(logs.getLogger('codex_otel'), allAttributes),
    // It has no flush of its own.
    flush: () => processor.forceFlush(),
    shutdown: () => sdk.shutdown(),
  }
}
