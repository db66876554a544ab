import { describe, expect, it } from 'vitest'
import { type CompiledRow, ROWS } from '../../catalogue/event-table.ts'
import { resolveConfig } from '../../config/resolve-config.ts'
import { fieldOf, rowOf } from '../../protocol/event-tuple.ts'
import { createMetricRegistry } from '../metrics/metric-registry.ts'
import { createSession } from './session.ts'

/** Of each protocol, the kind of the events that bring a piece of an answer. */
const DELTAS = ['response.output_text.delta', 'chat.completion.chunk', 'content_block_delta']

describe('createSession', () => {
  it('counts each text with at least the bytes that it takes in memory', () => {
    const { config } = resolveConfig({ table: {}, file: 'config.toml', codexHome: '/', env: {} })
    const sizes: number[] = []
    const outbox = { add: (_event: unknown, _session: unknown, bytes: number) => void sizes.push(bytes) }
    const session = createSession(
      {
        outbox,
        appVersion: '1',
        policy: config.content,
        onInvalidAttribute: () => expect.unreachable(),
        onInvalidEvent: () => expect.unreachable(),
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

  it('counts an event that is exported and cannot be measured under the metrics alone', () => {
    const { config } = resolveConfig({ table: {}, file: 'config.toml', codexHome: '/', env: {} })
    let recorded = 0
    const invalid: unknown[] = []
    const registry = createMetricRegistry({ sink: { add() {} }, onInvalid() {}, onOverflow() {} })
    const session = createSession(
      {
        outbox: { add: () => void recorded++ },
        metrics: { registry, openTurns: new Set(), onInvalidEvent: name => invalid.push(name) },
        appVersion: '1',
        policy: config.content,
        onInvalidAttribute: () => expect.unreachable(),
        onInvalidEvent: () => expect.unreachable(),
      },
      { conversationId: 'c', model: 'm', originator: 'o', sessionSource: 's', terminalType: 't' },
    )
    const result = { toolName: 'shell', callId: 'c', arguments: '', durationMs: 1, success: true, output: '' }
    session.emit('codex.tool_result', { ...result, sandbox: Object.create(null) })
    expect(recorded).toBe(1)
    expect(invalid).toEqual(['codex.tool_result'])
  })

  /** The names of the events that are recorded with this `[otel]`, with the kinds of those of a stream. */
  const exported = (config: object): string[] => {
    const { config: effective } = resolveConfig({ table: config, file: 'config.toml', codexHome: '/', env: {} })
    const names: string[] = []
    const session = createSession(
      {
        outbox: {
          add(event) {
            const { name } = ROWS[rowOf(event)] as CompiledRow
            names.push(name === 'codex.sse_event' ? `${name} ${fieldOf(event, 0)}` : name)
          },
        },
        appVersion: '1',
        policy: effective.content,
        onInvalidAttribute: () => expect.unreachable(),
        onInvalidEvent: () => expect.unreachable(),
      },
      { conversationId: 'c', model: 'm', originator: 'o', sessionSource: 's', terminalType: 't' },
    )
    for (const kind of ['response.created', ...DELTAS, 'response.output_text.done'])
      session.emit('codex.sse_event', { kind, durationMs: 1 })
    session.emit('codex.sse_event', { durationMs: 1, errorMessage: 'network error' })
    session.emit('codex.agent_response', {
      agentType: 'main',
      turnId: 't',
      itemId: 'i',
      rootTurnId: 't',
      response: 'It is 42.',
    })
    const review = { reviewId: 'r', turnId: 't', startedAtMs: 1, completedAtMs: 2 } as const
    session.emit('codex.guardian_assessment', { ...review, status: 'approved', outcome: 'allow', rationale: 'safe' })
    session.emit('codex.guardian_assessment', { ...review, status: 'timed_out' })
    session.emit('codex.skill_invocation', { turnId: 't', skillName: 's', invocationType: 'explicit' })
    session.emit('codex.turn_cost', { turnId: 't', estimatedUsd: '0.01', interrupted: false })
    return names
  }

  const STREAM = [
    'codex.sse_event response.created',
    ...DELTAS.map(kind => `codex.sse_event ${kind}`),
    'codex.sse_event response.output_text.done',
    'codex.sse_event undefined',
  ]
  const ALWAYS = ['codex.skill_invocation', 'codex.turn_cost']
  const REVIEWS = ['codex.guardian_assessment', 'codex.guardian_assessment']

  it('records the events that the Codex CLI records by default', () => {
    expect(exported({})).toEqual([...STREAM, ...ALWAYS])
  })

  it.each([
    ['log_sse_deltas = false', { log_sse_deltas: false }, [...STREAM.toSpliced(1, DELTAS.length), ...ALWAYS]],
    ['log_sse_deltas = true', { log_sse_deltas: true }, [...STREAM, ...ALWAYS]],
    ['log_agent_responses = true', { log_agent_responses: true }, [...STREAM, 'codex.agent_response', ...ALWAYS]],
    ['log_agent_responses = false', { log_agent_responses: false }, [...STREAM, ...ALWAYS]],
    ['log_guardian_assessments = true', { log_guardian_assessments: true }, [...STREAM, ...REVIEWS, ...ALWAYS]],
    ['log_guardian_assessments = false', { log_guardian_assessments: false }, [...STREAM, ...ALWAYS]],
    [
      'a content policy that cannot be read',
      { log_agent_responses: true, log_guardian_assessments: true, content: 'off' },
      [...STREAM, ...ALWAYS],
    ],
  ])('records the events that the configuration asks for with %s', (_what, config, names) => {
    expect(exported(config)).toEqual(names)
  })
})
