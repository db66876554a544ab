import { createTelemetry } from '@codex/otel-api/noop'
import type { SessionTelemetry } from '../src/telemetry.ts'

/** A session that records its calls, in order. */
export interface RecordingTelemetry extends SessionTelemetry {
  /** `[name, payload]` of each event, and of each call of `observeRequest`, `observeSse`, `observeWebsocket` and `observeTool`. */
  recorded: [string, unknown][]
}

export function recordingTelemetry(): RecordingTelemetry {
  const recorded: [string, unknown][] = []
  const nothing = createTelemetry({ config: undefined, codexHome: '/', serviceVersion: '1' })
  const session: RecordingTelemetry = {
    ...nothing.session({ conversationId: '', model: '', originator: '', terminalType: '' }),
    recorded,
    emit: (name, payload) => recorded.push([name, payload]),
    withModel: () => session,
    async observeRequest(request, send) {
      recorded.push(['observeRequest', request])
      return send()
    },
    async *observeSse(events) {
      for await (const event of events) {
        recorded.push(['observeSse', event.event])
        yield event
      }
    },
    async *observeWebsocket(messages) {
      for await (const message of messages) {
        recorded.push(['observeWebsocket', message.data])
        yield message
      }
    },
    async observeApproval(approval, ask) {
      const answer = await ask()
      recorded.push(['codex.tool_decision', { ...approval, ...(answer as object) }])
      return answer
    },
    async observeTool(tool, run) {
      const result = await run()
      recorded.push(['observeTool', { ...tool, ...(result as object) }])
      return result
    },
  }
  return session
}
