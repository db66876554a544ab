import { describe, expect, it } from 'vitest'
import { answer, calls, startModelServer } from '../../test/model-server.ts'
import { recordingTelemetry } from '../../test/recording-telemetry.ts'
import { CREDENTIALS, PROVIDER } from '../model/ask.fixture.ts'
import { type ConversationOptions, startConversation } from './conversation.ts'

/** A conversation with a model that gives these replies; gives what was shown, and what telemetry heard. */
async function open(baseUrl: string, run: ConversationOptions['toolCalls']['run'] = async () => []) {
  const telemetry = recordingTelemetry()
  const shown: string[] = []
  const conversation = startConversation({
    id: 'id',
    model: 'm',
    originator: 'o',
    settings: { approvalPolicy: 'never', sandboxPolicy: 'danger-full-access' } as ConversationOptions['settings'],
    provider: { ...PROVIDER, baseUrl },
    credentials: CREDENTIALS,
    telemetry,
    toolCalls: { run },
    mcpServers: { names: [], ready: async () => {}, functions: () => [] },
    cwd: '/',
    onWarning() {},
    listener: { onRetry() {}, onMessage: (text, kind) => shown.push(`${kind}: ${text}`) },
  })
  return { conversation, shown, told: telemetry.told }
}

describe('a conversation', () => {
  it('asks no more once it was stopped during a tool call', async () => {
    await using server = await startModelServer([calls({ arguments: '{}' }), answer('never asked for')])
    const stop = new AbortController()
    const { conversation, told } = await open(server.baseUrl, async () => {
      stop.abort(new Error('stopped'))
      return []
    })
    await expect(conversation.turn('go', stop.signal)).rejects.toThrow('stopped')
    expect(told.filter(([name]) => name === 'observeRequest')).toHaveLength(1)
  })
})
