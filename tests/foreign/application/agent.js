// An agent as small as can be: it records prompts and ends as it is told.
import { createTelemetry } from '#telemetry'

const { CODEX_HOME: codexHome, ENDPOINT: endpoint, ENDING: ending, EVENTS: events, SERVICE: serviceName } = process.env
const config = { exporter: { 'otlp-http': { endpoint, protocol: 'binary' } }, shutdown_timeout_ms: 10_000 }
const telemetry = createTelemetry({ config, codexHome, serviceName, serviceVersion: '1.0.0' })
for (const { message } of telemetry.problems) console.error(message)

const session = telemetry.session({ conversationId: 'c', model: 'm', originator: 'my_agent', terminalType: 'dumb' })
for (let i = 0; i < Number(events); i++) session.emit('codex.user_prompt', { prompt: '.'.repeat(i) })

if (ending === 'process.exit()') process.exit(3)
if (ending === 'Deno.exit()') globalThis.Deno.exit(3)
if (ending === 'throw') throw new Error('thrown by the agent')
if (ending === 'SIGTERM') {
  setInterval(() => {}, 60_000)
  console.log('ready')
}
