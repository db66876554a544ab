import { createTelemetry } from '@codex/otel-sdk'
import { APP_VERSION, EVENT_NAME } from '@codex/test-kit/contender'
import { SESSION, toolCall } from '../tool-result.ts'
import type { StartContender } from './start-contender.ts'

const FLUSH_TIMEOUT_MS = 60_000

/** This library, with everything that is on by default. */
export const start: StartContender = ({ endpoint, codexHome }) => {
  const telemetry = createTelemetry({
    config: { exporter: { 'otlp-http': { endpoint, protocol: 'binary' } } },
    codexHome,
    serviceVersion: APP_VERSION,
    env: {},
  })
  const session = telemetry.session(SESSION)
  return {
    emit: sequence => session.emit(EVENT_NAME, toolCall(sequence)),
    flush: () => telemetry.flush({ timeoutMs: FLUSH_TIMEOUT_MS }),
    shutdown: () => telemetry.shutdown(),
  }
}
