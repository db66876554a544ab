import type { CodexEventName } from '@codex/otel-api'
import { beforeEach, describe, expect, it } from 'vitest'
import { type CompiledRow, ROW_BY_NAME } from '../../catalogue/event-table.ts'
import type { SessionAttributes } from '../../catalogue/session-attributes.ts'
import { hashIdentity } from '../../content/hash-identity.ts'
import { createScrubber } from '../../content/secrets/scrub.ts'
import { openTuple, setSlot } from '../../protocol/event-tuple.ts'
import { createLogAttributes, type LogAttributes, sanitizeSession } from './log-attributes.ts'
import { configOf } from './signal-start.fixture.ts'

const TIME_MS = Date.UTC(2026, 8, 21, 10, 0, 0, 5)
const TOOL_OUTPUT_BYTES = 16
const SESSION: SessionAttributes = {
  common: { 'conversation.id': 'c-1', model: 'gpt-5.1-codex' },
  authEnvironment: { 'auth.env_openai_api_key_present': true },
  own: {},
}
const scrubber = createScrubber({ enabled: true, findPatterns: undefined })

describe('the attributes of a log record', () => {
  let attributes: LogAttributes

  beforeEach(() => {
    attributes = createLogAttributes(scrubber, TOOL_OUTPUT_BYTES)
    attributes.open(0, SESSION)
  })

  /** The attributes of an event with these fields. */
  function of(name: CodexEventName, fields: Record<string, unknown>, slot = 0, timeMs = TIME_MS) {
    const row = ROW_BY_NAME.get(name) as CompiledRow
    const tuple = openTuple(row.id, timeMs)
    setSlot(tuple, slot)
    for (const field of row.fields) tuple.push(fields[field])
    return attributes.of(tuple)
  }

  it('are the name and the time of the event, its fields and what its session adds', () => {
    expect(of('codex.turn_ttft', { durationMs: 12 })).toEqual({
      'event.name': 'codex.turn_ttft',
      'event.timestamp': '2026-09-21T10:00:00.005Z',
      duration_ms: '12',
      ...SESSION.common,
    })
  })

  it('have the types of the event table: some numbers and truth values are texts', () => {
    const result = of('codex.tool_result', { sequence: 3, durationMs: 12, success: false })
    expect(result).toMatchObject({ tool_result_seq: 3, duration_ms: '12', success: 'false' })
    expect(of('codex.api_request', { attempt: 1, authHeaderAttached: true })).toMatchObject({
      attempt: 1,
      'auth.header_attached': true,
    })
  })

  it('lack an absent field, unless the event table has a value for its absence', () => {
    const result = of('codex.tool_result', { toolName: 'exec_command' })
    expect(result).not.toHaveProperty('output')
    expect(result).toMatchObject({ tool_namespace: 'functions', mcp_server: '', mcp_server_origin: '' })
  })

  it('say of an event nothing of the event before, which had the same fields', () => {
    const first = of('codex.tool_result', { callId: 'call_1', output: 'a long output of a tool' })
    const second = of('codex.tool_result', { callId: 'call_2', output: 'short' }, 0, TIME_MS + 1)
    expect(first).toMatchObject({ call_id: 'call_1', output_truncated: true })
    expect(second).toMatchObject({ call_id: 'call_2', output: 'short', output_truncated: false })
    expect(second['event.timestamp']).toBe('2026-09-21T10:00:00.006Z')
  })

  it('cut the output of a tool at the configured size', () => {
    const { output } = of('codex.tool_result', { output: 'a long output of a tool' })
    expect(output).toMatch(/^a long output of\n/)
  })

  it('hold no secret', () => {
    expect(of('codex.tool_result', { output: 'PASSWORD=hunter2' }).output).not.toContain('hunter2')
    expect(of('codex.auth_recovery', { error: 'PASSWORD=hunter2' })['auth.error']).toBe('PASSWORD=[SCRUBBED:password]')
  })

  it('hold what is known of the credentials only with the events that the event table names', () => {
    expect(of('codex.api_request', { attempt: 1 })).toMatchObject(SESSION.authEnvironment)
    expect(of('codex.turn_ttft', { durationMs: 1 })).not.toHaveProperty('auth.env_openai_api_key_present')
  })

  it('are of the session that the slot of the event stands for', () => {
    const other = { ...SESSION, common: { 'conversation.id': 'c-2' } }
    attributes.open(1, other)
    expect(of('codex.turn_ttft', { durationMs: 1 })['conversation.id']).toBe('c-1')
    expect(of('codex.turn_ttft', { durationMs: 1 }, 1)['conversation.id']).toBe('c-2')
    attributes.open(0, other)
    const reopened = of('codex.turn_ttft', { durationMs: 1 })
    expect(reopened['conversation.id']).toBe('c-2')
    expect(reopened).not.toHaveProperty('model')
  })
})

describe('sanitizeSession', () => {
  const session: SessionAttributes = {
    common: { 'user.email': 'Someone@example.test', 'user.account_id': 'acct-1', model: 'PASSWORD=hunter2' },
    authEnvironment: {},
    own: {},
  }

  it('hashes the identities that the policy has hashed, and scrubs names', () => {
    const { content } = configOf({ content: { email: 'hash', account_id: 'full' } })
    expect(sanitizeSession(session, content, scrubber).common).toEqual({
      'user.email': hashIdentity('someone@example.test', 'email'),
      'user.account_id': 'acct-1',
      model: 'PASSWORD=[SCRUBBED:password]',
    })
  })

  it('leaves the session of the application as it is', () => {
    sanitizeSession(session, configOf({ content: { email: 'hash' } }).content, scrubber)
    expect(session.common['user.email']).toBe('Someone@example.test')
  })
})
