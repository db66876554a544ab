import { createTelemetry } from '@codex/otel-api/noop'
import type { SessionTelemetry } from '../src/telemetry.ts'

/** A session that notes what it is told, in order. */
export interface RecordingTelemetry extends SessionTelemetry {
  /** `[name, payload]`; the wrappers are noted as `observeRequest`, `observeSse`, `observeWebsocket` and `observeTool`. */
  told: [string, unknown][]
}

export function recordingTelemetry(): RecordingTelemetry {
  const told: [string, unknown][] = []
  const nothing = createTelemetry({ config: undefined, codexHome: '/', serviceVersion: '1' })
  const session: RecordingTelemetry = {
    ...nothing.session({ conversationId: '', model: '', originator: '', terminalType: '' }),
    told,
    emit: (name, payload) => told.push([name, payload]),
    withModel: () => session,
    async observeRequest(request, send) {
      told.push(['observeRequest', request])
      return send()
    },
    async *observeSse(events) {
      for await (const event of events) {
        told.push(['observeSse', event.event])
        yield event
      }
    },
    async *observeWebsocket(messages) {
      for await (const message of messages) {
        told.push(['observeWebsocket', message.data])
        yield message
      }
    },
    async observeTool(tool, run) {
      const result = await run()
      told.push(['observeTool', { ...tool, ...(result as object) }])
      return result
    },
  }
  return session
}
