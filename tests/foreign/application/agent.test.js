import { createTelemetry, telemetryIncluded } from '#telemetry'

const { CODEX_HOME: codexHome, ENDPOINT: endpoint, EVENTS: events, SERVICE: serviceName } = process.env

test('the agent records its prompts', async () => {
  expect(telemetryIncluded).toBe(true)
  const config = { exporter: { 'otlp-http': { endpoint, protocol: 'binary' } } }
  const telemetry = createTelemetry({ config, codexHome, serviceName, serviceVersion: '1.0.0' })
  const session = telemetry.session({ conversationId: 'c', model: 'm', originator: 'my_agent', terminalType: 'dumb' })
  for (let i = 0; i < Number(events); i++) session.emit('codex.user_prompt', { prompt: '.'.repeat(i) })
  expect(await telemetry.shutdown({ timeoutMs: 10_000 })).toBe(true)
})
