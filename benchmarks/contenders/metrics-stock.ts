import { APP_VERSION } from '@codex/test-kit/contender'
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto'
import { AggregationTemporality, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { SESSION } from '../tool-result.ts'
import { COUNTER, DURATION, type StartMetricsContender, seriesTags } from './metrics-contender.ts'

/** The OpenTelemetry SDK on the application's thread; the attributes of each series are made beforehand. */
export const start: StartMetricsContender = ({ endpoint, series }) => {
  const exporter = new OTLPMetricExporter({ url: endpoint, temporalityPreference: AggregationTemporality.DELTA })
  const provider = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter })] })
  const meter = provider.getMeter('codex')
  const counter = meter.createCounter(COUNTER)
  const histogram = meter.createHistogram(DURATION, { unit: 'ms' })
  const attributes = seriesTags(series).map(tags => ({
    ...tags,
    'app.version': APP_VERSION,
    auth_mode: SESSION.auth?.mode ?? '',
    model: SESSION.model,
    originator: SESSION.originator,
    session_source: SESSION.sessionSource ?? '',
  }))
  return {
    count: i => counter.add(1, attributes[i]),
    record: (i, durationMs) => histogram.record(durationMs, attributes[i]),
    flush: () => provider.forceFlush(),
  }
}
