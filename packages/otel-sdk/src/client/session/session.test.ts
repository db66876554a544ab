import { describe, expect, it } from 'vitest'
import { resolveConfig } from '../../config/resolve-config.ts'
import { createSession } from './session.ts'

describe('createSession', () => {
  it('counts no text as smaller than it is in memory', () => {
    const { config } = resolveConfig({ table: {}, file: 'config.toml', codexHome: '/', env: {} })
    const sizes: number[] = []
    const outbox = { add: (_event: unknown, _session: unknown, bytes: number) => void sizes.push(bytes) }
    const session = createSession(
      {
        outbox: { ...outbox, post() {}, postAtOnce() {}, close() {}, announceAgain() {} },
        appVersion: '1',
        policy: config.content,
        onUnreadable: () => expect.unreachable(),
      },
      { conversationId: 'c', model: 'm', originator: 'o', sessionSource: 's', terminalType: 't' },
    )
    const args = '\u{1f680}'.repeat(10_000)
    session.emit('codex.tool_result', {
      toolName: 'shell',
      callId: 'c',
      arguments: args,
      durationMs: 1,
      success: true,
      output: '',
    })
    expect(sizes).toHaveLength(1)
    expect(sizes[0]).toBeGreaterThan(Buffer.byteLength(args, 'utf16le'))
  })
})
