// A process that leaves in the middle of a turn. Its options are the first argument, as JSON.
import { createTelemetry } from '@codex/otel-sdk'

export interface TracedOptions {
  codexHome: string
  /** As in `[otel]`. */
  exporter: unknown
  ending: 'shutdown' | 'exit' | 'throw' | 'SIGINT' | 'SIGTERM' | 'SIGHUP'
  shutdownTimeoutMs: number
  turns: number
}

const { codexHome, exporter, ending, shutdownTimeoutMs, turns } = JSON.parse(process.argv[2] ?? '') as TracedOptions
const telemetry = createTelemetry({
  config: {
    trace_exporter: exporter,
    shutdown_timeout_ms: shutdownTimeoutMs,
  },
  codexHome,
  serviceVersion: '1',
})
const session = telemetry.session({ conversationId: 'c', model: 'm', originator: 'test', terminalType: 'none' })
const request = { attempt: 0, endpoint: '/responses' }
const answered = async () => ({ status: 200, headers: { get: () => null } })
const open = new Promise<never>(() => {})
for (let turn = 0; turn < turns; turn++) {
  await session.observeTurn({ prompt: 'whole' }, async () => {
    await session.observeRequest(request, answered)
    await session.observeApproval({ toolName: 't', callId: `c${turn}` }, async () => 'approved')
    await session.observeTool({ toolName: 't', callId: `c${turn}`, arguments: '{}' }, async () => 'done')
  })
}
void session.observeTurn({ prompt: 'left' }, async () => {
  await session.observeRequest(request, answered)
  const tool = session.observeTool({ toolName: 't', callId: 'open', arguments: '{}' }, () => open)
  const asked = session.observeApproval({ toolName: 't', callId: 'asked' }, () => open)
  await Promise.all([tool, asked])
})
// The turn's own steps come first.
await new Promise(resolve => setImmediate(resolve))

if (ending === 'shutdown') await telemetry.shutdown()
else if (ending === 'exit') process.exit(3)
else if (ending === 'throw') throw new Error('an uncaught one')
else {
  setTimeout(() => {}, 60_000)
  process.kill(process.pid, ending)
}
