import { createTelemetry } from '@codex/otel-sdk'
import { APP_VERSION, EVENT_NAME } from '@codex/test-kit/contender'
import type { AgentOptions } from './options.ts'
import { report } from './report.ts'
import { type AgentContender, callIdOf, toolCall } from './tool-call.ts'

/** This library, with everything that is on by default. */
export async function startCodex(options: AgentOptions): Promise<AgentContender> {
  const { codexHome, config, events, exporter, label } = options
  if (options.secondCopy) {
    const copy: { createTelemetry: typeof createTelemetry } = await import(
      `${import.meta.resolve('@codex/otel-sdk')}?copy`
    )
    copy.createTelemetry({ config: { ...config, exporter }, codexHome, serviceVersion: APP_VERSION, env: {} })
  }
  const telemetry = createTelemetry({
    config: { ...config, exporter },
    codexHome,
    serviceVersion: APP_VERSION,
    env: {},
    onDiagnostic: diagnostic => report({ type: 'said', ...diagnostic }),
  })
  for (const { message } of telemetry.problems) report({ type: 'note', text: message })
  // After the library's own listener: what is known when it is done.
  if (options.tampersEarly !== 'a listener of exit may not be added') {
    process.on('exit', () => report({ type: 'health', health: telemetry.health() }))
  }
  const session = telemetry.session({
    conversationId: '0198c0de-0000-7000-8000-000000000001',
    model: 'gpt-5.1-codex',
    originator: 'codex_exec',
    sessionSource: 'exec',
    terminalType: 'xterm-256color',
  })
  return {
    emit: sequence => session.emit(EVENT_NAME, toolCall(callIdOf(label, sequence))),
    flush: () => telemetry.flush(),
    shutdown: () => telemetry.shutdown(),
    settled(records) {
      const logs = telemetry.health()?.logs
      if (logs === undefined || logs.pending > 0) return false
      const dropped = Object.values(logs.dropped).reduce((sum, count) => sum + count, 0)
      return logs.recovered >= records && logs.exported + dropped >= events + records
    },
  }
}
