// An application that hands over texts which are no secrets by their form. Its `[otel]` table is the first argument, as JSON.
import { createTelemetry, type SessionTelemetry } from '@codex/otel-sdk'

/** A text that stands nowhere else; each place has its own. */
const text = (place: string): string => `zq8Vx-${place}.`

const telemetry = createTelemetry({
  config: JSON.parse(process.argv[2] ?? ''),
  codexHome: process.cwd(),
  serviceVersion: '1',
  identity: { userId: text('user-id'), apiKey: text('api-key') },
})
const session: SessionTelemetry = telemetry.session({
  conversationId: 'c',
  model: 'm',
  originator: 'o',
  terminalType: 't',
  auth: { mode: 'Chatgpt', email: text('email'), accountId: text('account'), userId: text('auth-user') },
})

async function* messages(...events: object[]): AsyncGenerator<{ event: string; data: string }> {
  for (const event of events) yield { event: (event as { type: string }).type, data: JSON.stringify(event) }
}

await session.observeTurn({ prompt: text('prompt') }, async () => {
  const headers = { get: (name: string) => text(`header-${name}`) }
  for (const status of [401, 200]) {
    await session.observeRequest({ attempt: 0, endpoint: '/responses' }, async () => ({ status, headers }))
  }
  const answer = [
    { type: 'response.output_text.delta', delta: text('delta') },
    { type: 'response.output_item.done', item: { type: 'message', content: [{ text: text('message') }] } },
    { type: 'response.failed', response: { error: { code: 'x', message: text('failure') } } },
  ]
  for await (const _ of session.observeSse(messages(...answer))) {
  }
  const call = { toolName: 'exec_command', callId: 'call', arguments: text('arguments'), mcpServer: 'web' }
  await session.observeApproval(call, async () => 'approved')
  await session.observeTool(call, async () => text('output'))
  const refused = async (): Promise<string> => Promise.reject(new Error(text('error')))
  await session.observeTool(call, refused).catch(() => {})
  await session.observeRequest({ attempt: 0, endpoint: '/' }, refused as () => Promise<never>).catch(() => {})
  await session.span('step', { kept: 'visible' }, refused).catch(() => {})
  session.emit('codex.agent_response', {
    agentType: 'main',
    turnId: 't',
    itemId: 'i',
    rootTurnId: 't',
    response: text('response'),
  })
})
await telemetry.shutdown({ timeoutMs: 30_000 })
