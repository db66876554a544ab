// An application that emits an event of each kind to the exporter in EXPORTER, and leaves.
import type { CodexEventName, CodexEvents } from '@codex/otel-api'
import { createTelemetry } from '@codex/otel-sdk'
import { EVERY_KIND } from './every-kind.ts'

const telemetry = createTelemetry({
  config: {
    environment: 'staging',
    log_agent_responses: true,
    log_guardian_assessments: true,
    exporter: JSON.parse(process.env.EXPORTER ?? '{}'),
  },
  codexHome: process.cwd(),
  serviceVersion: '1.2.3',
  onDiagnostic: diagnostic => process.stderr.write(`${diagnostic.message}\n`),
})
for (const problem of telemetry.problems) process.stderr.write(`${problem.message}\n`)
const session = telemetry.session({
  conversationId: '01a20491-ea9e-7893-8dfd-738a44e42f8c',
  model: 'gpt-5.1-codex',
  originator: 'codex_exec',
  terminalType: 'dumb',
  auth: { mode: 'Chatgpt', accountId: 'account-1', email: 'someone@example.com' },
  authEnvironment: {
    openaiApiKeyPresent: false,
    codexApiKeyPresent: false,
    codexApiKeyEnabled: true,
    providerKeyPresent: true,
    refreshTokenUrlOverridePresent: false,
  },
})
for (const [name, { payload }] of Object.entries(EVERY_KIND)) {
  session.emit(name as CodexEventName, payload as CodexEvents[CodexEventName])
}
process.exitCode = (await telemetry.shutdown({ timeoutMs: 10_000 })) ? 0 : 1
