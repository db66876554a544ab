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
        outbox: { ...outbox, post() {}, postAtOnce() {}, close() {}, redefineAll() {} },
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

  const exported = (config: object): string[] => {
    const { config: effective } = resolveConfig({ table: config, file: 'config.toml', codexHome: '/', env: {} })
    const kinds: string[] = []
    const session = createSession(
      {
        outbox: {
          add: event => void kinds.push(String(event[3])),
          post() {},
          postAtOnce() {},
          close() {},
          redefineAll() {},
        },
        appVersion: '1',
        policy: effective.content,
        onUnreadable: () => expect.unreachable(),
      },
      { conversationId: 'c', model: 'm', originator: 'o', sessionSource: 's', terminalType: 't' },
    )
    for (const kind of ['response.created', 'response.output_text.delta', 'response.output_text.done'])
      session.emit('codex.sse_event', { kind, durationMs: 1 })
    return kinds
  }

  it('leaves the pieces of a stream out with log_sse_deltas = false, and sends them by default', () => {
    const others = ['response.created', 'response.output_text.done']
    expect(exported({ log_sse_deltas: false })).toEqual(others)
    expect(exported({})).toEqual(['response.created', 'response.output_text.delta', 'response.output_text.done'])
  })
})
