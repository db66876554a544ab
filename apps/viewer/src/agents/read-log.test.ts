import type { Attributes, ReceivedLog } from '@codex/otlp-receiver'
import { describe, expect, it } from 'vitest'
import { readLog } from './read-log.ts'

const resource = { attributes: {}, droppedAttributesCount: 0, schemaUrl: '' }
const scope = { name: '', version: '', attributes: {}, schemaUrl: '' }

function record(attributes: Record<string, string | number | boolean>, body?: string): ReceivedLog {
  const typed: Attributes = {}
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === 'string') typed[key] = { type: 'string', value }
    else if (typeof value === 'boolean') typed[key] = { type: 'bool', value }
    else typed[key] = { type: 'int', value }
  }
  return {
    eventName: '',
    timeUnixNano: 1n,
    observedTimeUnixNano: 1n,
    severityNumber: 9,
    severityText: 'INFO',
    body: body === undefined ? undefined : { type: 'string', value: body },
    attributes: typed,
    droppedAttributesCount: 0,
    flags: 0,
    traceId: '',
    spanId: '',
    resource,
    scope,
  }
}

describe('an event', () => {
  it('of Codex has its numbers from texts, and the one with token counts is the response', () => {
    const common = { 'event.name': 'codex.sse_event', 'conversation.id': 'c', 'event.kind': 'response.completed' }
    expect(readLog(record({ ...common, duration_ms: '5' }))).toMatchObject({ role: 'stream', facts: { duration: 5 } })
    expect(readLog(record({ ...common, input_token_count: '12', cached_token_count: '3' }))).toMatchObject({
      agent: { id: 'codex' },
      session: 'c',
      role: 'response',
      facts: { input: 12, cached: 3 },
    })
  })

  it('of Codex that a person decided is told from one that the configuration decided', () => {
    const common = { 'event.name': 'codex.tool_decision', 'conversation.id': 'c', decision: 'approved' }
    expect(readLog(record({ ...common, source: 'User' })).byUser).toBe(true)
    expect(readLog(record({ ...common, source: 'Config' })).byUser).toBe(false)
  })

  it("of Claude Code has its prefix in the body, and the tokens of the cache are added to the input's", () => {
    const attributes = {
      ...{ 'event.name': 'api_request', 'session.id': 's', model: 'm', duration_ms: 1200 },
      ...{ input_tokens: 10, cache_read_tokens: 80, cache_creation_tokens: 5, output_tokens: 7 },
    }
    expect(readLog(record(attributes, 'claude_code.api_request'))).toMatchObject({
      agent: { id: 'claude-code', evidence: 'documentation' },
      name: 'claude_code.api_request',
      session: 's',
      role: 'response',
      facts: { input: 95, cached: 80, cacheWrite: 5, output: 7, duration: 1200 },
    })
  })

  it('of Gemini CLI has its own names of everything', () => {
    const attributes = {
      ...{ 'event.name': 'gemini_cli.tool_call', 'session.id': 'g', function_name: 'read_file' },
      ...{ success: false, duration_ms: 3, decision: 'auto_accept', error: 'no such file' },
    }
    expect(readLog(record(attributes))).toMatchObject({
      agent: { id: 'gemini-cli', evidence: 'documentation' },
      role: 'tool',
      facts: { tool: 'read_file', success: false, decision: 'auto_accept', error: 'no such file' },
    })
  })

  it("of an agent's own name belongs to the conversation that it names", () => {
    expect(readLog(record({ 'event.name': 'my_agent.compacted', 'conversation.id': 'c' }))).toMatchObject({
      agent: { id: 'codex' },
      session: 'c',
      role: 'other',
    })
  })

  it('is not what a program of another kind logs', () => {
    expect(readLog(record({ message: 'hello' }))).toMatchObject({
      agent: undefined,
      name: undefined,
      session: undefined,
    })
  })
})
