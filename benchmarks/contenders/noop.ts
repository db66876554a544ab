import { createTelemetry } from '@codex/otel-api/noop'
import { APP_VERSION, EVENT_NAME } from '@codex/test-kit/contender'
import { SESSION, toolCall } from '../tool-result.ts'
import type { StartContender } from './start-contender.ts'

/** A build without the feature. */
export const start: StartContender = ({ codexHome }) => {
  const telemetry = createTelemetry({ config: undefined, codexHome, serviceVersion: APP_VERSION })
  const session = telemetry.session(SESSION)
  return {
    emit: sequence => session.emit(EVENT_NAME, toolCall(sequence)),
    flush: () => telemetry.flush(),
    shutdown: () => telemetry.shutdown(),
  }
}
