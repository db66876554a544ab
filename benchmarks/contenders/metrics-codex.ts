import { createTelemetry } from '@codex/otel-sdk'
import { APP_VERSION } from '@codex/test-kit/contender'
import { SESSION } from '../tool-result.ts'
import { COUNTER, DURATION, type StartMetricsContender, seriesTags } from './metrics-contender.ts'

const FLUSH_TIMEOUT_MS = 60_000

/** This library: the tags of the session are added to each. */
export const start: StartMetricsContender = ({ endpoint, codexHome, series }) => {
  const telemetry = createTelemetry({
    config: { metrics_exporter: { 'otlp-http': { endpoint, protocol: 'binary' } } },
    codexHome,
    serviceVersion: APP_VERSION,
    env: {},
  })
  const session = telemetry.session(SESSION)
  const tags = seriesTags(series)
  return {
    count: i => session.counter(COUNTER, 1, tags[i]),
    record: (i, durationMs) => session.recordDuration(DURATION, durationMs, tags[i]),
    flush: () => telemetry.flush({ timeoutMs: FLUSH_TIMEOUT_MS }),
  }
}
