import { ROOT_CONTEXT, trace } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { SPAN_NAME, type StartSpansContender } from './spans-contender.ts'

/** The OpenTelemetry SDK on the application's thread. Its queue and its exporter take all spans of a round: they drop what they cannot hold. */
export const start: StartSpansContender = ({ endpoint }) => {
  const exporter = new OTLPTraceExporter({ url: endpoint, concurrencyLimit: 10_000 })
  const processor = new BatchSpanProcessor({ exporter, maxQueueSize: 10_000_000 })
  const provider = new TracerProvider({ spanProcessors: [processor] })
  const tracer = provider.getTracer('codex')
  let within = ROOT_CONTEXT
  return {
    async turn(work) {
      const root = tracer.startSpan('turn')
      within = trace.setSpan(ROOT_CONTEXT, root)
      work()
      root.end()
    },
    span: () => tracer.startSpan(SPAN_NAME, {}, within).end(),
    flush: () => provider.forceFlush(),
  }
}
