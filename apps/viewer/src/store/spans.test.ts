import { describe, expect, it } from 'vitest'
import { ALL_TIME, EVERYTHING } from '../queries/dialect.ts'
import { testStore } from '../testing.fixture.ts'
import type { Store } from './store.ts'

const START_MS = Date.UTC(2026, 10, 29, 12)
const TRACE = '0af7651916cd43dd8448eb211c80319c'

type Value = string | number | string[]
const anyValue = (value: Value): object => {
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'number') return { intValue: String(value) }
  return { arrayValue: { values: value.map(anyValue) } }
}
const attributes = (values: Record<string, Value>): object[] =>
  Object.entries(values).map(([key, value]) => ({ key, value: anyValue(value) }))

interface Span {
  id: number
  parent?: number
  name: string
  from: number
  ms: number
  failed?: boolean
  values: Record<string, Value>
}

const spanId = (id: number): string => id.toString(16).padStart(16, '0')

/** Spans of one agent, as its exporter sends them. */
const requestOf = (service: string, spans: Span[]): object => ({
  resourceSpans: [
    {
      resource: { attributes: attributes({ 'service.name': service, 'service.version': '3.1.0' }) },
      scopeSpans: [
        {
          scope: { name: 'any instrumentation' },
          spans: spans.map(({ id, parent, name, from, ms, failed, values }) => ({
            traceId: TRACE,
            spanId: spanId(id),
            ...(parent === undefined ? {} : { parentSpanId: spanId(parent) }),
            name,
            kind: 3,
            startTimeUnixNano: `${START_MS + from}000000`,
            endTimeUnixNano: `${START_MS + from + ms}000000`,
            attributes: attributes(values),
            status: { code: failed ? 2 : 0 },
          })),
        },
      ],
    },
  ],
})

async function send(store: Store, request: object): Promise<void> {
  const body = new Uint8Array(Buffer.from(JSON.stringify(request)))
  expect(await store.store({ signal: 'traces', encoding: 'json', body })).toHaveProperty('records')
}

/** By the semantic conventions for generative AI: an agent that asks twice, with two tools between. */
const conversation = (key: string): Span[] => {
  const common = { [key]: 'conversation-1', 'gen_ai.provider.name': 'some.provider' }
  const chat = { ...common, 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'model-a' }
  const usage = {
    'gen_ai.response.model': 'model-a-2026',
    'gen_ai.usage.input_tokens': 1_000,
    'gen_ai.usage.cache_read.input_tokens': 600,
    'gen_ai.usage.output_tokens': 50,
    'gen_ai.response.finish_reasons': ['tool_calls'],
  }
  const tool = { ...common, 'gen_ai.operation.name': 'execute_tool' }
  const whole = { ...common, 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'helper' }
  return [
    { id: 2, parent: 1, name: 'chat model-a', from: 10, ms: 900, values: { ...chat, ...usage } },
    {
      id: 3,
      parent: 1,
      name: 'execute_tool search',
      from: 920,
      ms: 80,
      values: { ...tool, 'gen_ai.tool.name': 'search' },
    },
    {
      id: 4,
      parent: 1,
      name: 'execute_tool run',
      from: 1_010,
      ms: 30,
      failed: true,
      values: { ...tool, 'gen_ai.tool.name': 'run' },
    },
    { id: 5, parent: 1, name: 'chat model-a', from: 1_100, ms: 700, values: { ...chat, ...usage } },
    // It repeats what the requests have used.
    {
      id: 1,
      name: 'invoke_agent helper',
      from: 0,
      ms: 2_000,
      values: { ...whole, ...usage, 'gen_ai.usage.input_tokens': 2_000 },
    },
  ]
}

describe('spans by the conventions for generative AI', () => {
  it.each(['gen_ai.conversation.id', 'session.id', 'conversation.id'])(
    'become a session with its requests, tools and tokens, which %s names',
    async key => {
      const store = await testStore()
      await send(store, requestOf('other-agent', conversation(key)))
      expect(await store.query('sessions', { ...ALL_TIME, limit: 9 })).toMatchObject([
        {
          ...{ conversation_id: 'conversation-1', agent: 'gen_ai', service: 'other-agent', version: '3.1.0' },
          ...{ first_ms: START_MS, model: 'model-a-2026', events: 0, spans: 5 },
          ...{ requests: 2, responses: 2, tools: 2, tools_failed: 1, errors: 1 },
          ...{ input_tokens: 2_000, cached_tokens: 1_200, output_tokens: 100 },
        },
      ])
    },
  )

  it('of two agents at once are two sessions', async () => {
    const store = await testStore()
    await send(store, requestOf('one', conversation('session.id')))
    const second = conversation('session.id').map(span => ({
      ...span,
      values: { ...span.values, 'session.id': 'conversation-2' },
    }))
    await send(store, requestOf('two', second))
    const sessions = await store.query('sessions', { ...ALL_TIME, limit: 9 })
    expect(sessions.map(({ service, requests }) => [service, requests]).sort()).toEqual([
      ['one', 2],
      ['two', 2],
    ])
  })

  it('are no longer counted once the events of the same session say the same', async () => {
    const store = await testStore()
    await send(store, requestOf('codex_exec', conversation('conversation.id')))
    const event = {
      timeUnixNano: `${START_MS}000000`,
      attributes: attributes({
        ...{ 'event.name': 'codex.sse_event', 'conversation.id': 'conversation-1', 'event.kind': 'response.completed' },
        ...{ input_token_count: 1_000, output_token_count: 50, model: 'model-a' },
      }),
    }
    const logs = { resourceLogs: [{ scopeLogs: [{ logRecords: [event] }] }] }
    await store.store({ signal: 'logs', encoding: 'json', body: new Uint8Array(Buffer.from(JSON.stringify(logs))) })
    expect(await store.query('sessions', { ...ALL_TIME, limit: 9 })).toMatchObject([
      { agent: 'codex', events: 1, spans: 5, responses: 1, tools: 0, input_tokens: 1_000 },
    ])
  })

  it('are in trends while no event says the same, each once', async () => {
    const store = await testStore()
    const spans = conversation('conversation.id')
    const asked = {
      ...{ 'conversation.id': 'conversation-1', 'codex.approval.decision': 'denied', 'codex.approval.source': 'User' },
      ...{ 'codex.tool_name': 'write', 'codex.call_id': 'c-1' },
    }
    const refused = {
      ...{ 'conversation.id': 'conversation-1', 'gen_ai.operation.name': 'execute_tool' },
      ...{ 'gen_ai.tool.name': 'write', 'gen_ai.tool.call.id': 'c-1' },
    }
    await send(
      store,
      requestOf('other-agent', [
        ...spans.slice(0, -1),
        { id: 6, parent: 1, name: 'codex.approval', from: 1_810, ms: 90, values: asked },
        { id: 7, parent: 1, name: 'execute_tool write', from: 1_900, ms: 1, failed: true, values: refused },
        // The failure of a call is that of the whole, too.
        ...spans.slice(-1).map(span => ({ ...span, failed: true })),
      ]),
    )
    const counted = {
      ...{ responses: 2, input_tokens: 2_000, cached_tokens: 1_200, output_tokens: 100, model: 'model-a-2026' },
    }
    expect(await store.query('tokens', EVERYTHING)).toMatchObject([counted])
    expect(await store.query('tokens', { ...EVERYTHING, from: 1 })).toMatchObject([counted])
    for (const scope of [EVERYTHING, { ...EVERYTHING, from: 1 }])
      expect(await store.query('hours', scope)).toMatchObject([{ sessions: 1, requests: 2, retries: 0, errors: 1 }])
    expect(await store.query('responses', EVERYTHING)).toMatchObject([{ responses: 2, response_ms: [900, 900, 900] }])
    expect(await store.query('tools', EVERYTHING)).toMatchObject([
      { tool_name: 'run', calls: 1, failed: 1, declined: 0, duration_ms: [30, 30, 30] },
      { tool_name: 'search', calls: 1, succeeded: 1, duration_ms: [80, 80, 80] },
      { tool_name: 'write', calls: 1, succeeded: 0, failed: 0, declined: 1 },
    ])
    expect(await store.query('approvals', EVERYTHING)).toMatchObject([
      { tool_name: 'write', decision: 'denied', source: 'User', decisions: 1, wait_ms: 90 },
    ])
    expect(await store.query('errorGroups', { ...EVERYTHING, limit: 9 })).toMatchObject([
      { folded: 'failed', errors: 1 },
    ])
    expect(await store.query('sessions', { ...ALL_TIME, limit: 9 })).toMatchObject([
      { tools: 3, tools_failed: 1, errors: 1, decisions: 1, denied: 1, wait_ms: 90 },
    ])
    const [trace] = await store.query('spans', { trace: TRACE })
    const row = trace?.spans.find(([, span]) => span === spanId(7))
    expect([row?.[7], trace?.words[row?.[14] ?? -1]]).toEqual([3, 'User'])

    const event = {
      timeUnixNano: `${START_MS}000000`,
      attributes: attributes({ 'event.name': 'codex.user_prompt', 'conversation.id': 'conversation-1' }),
    }
    const logs = { resourceLogs: [{ scopeLogs: [{ logRecords: [event] }] }] }
    await store.store({ signal: 'logs', encoding: 'json', body: new Uint8Array(Buffer.from(JSON.stringify(logs))) })
    for (const name of ['tokens', 'tools', 'responses', 'approvals'] as const)
      expect(await store.query(name, EVERYTHING)).toEqual([])
  })

  it('without a session are kept, and belong to none', async () => {
    const store = await testStore()
    await send(store, requestOf('plain', [{ id: 1, name: 'GET /', from: 0, ms: 5, values: { 'http.method': 'GET' } }]))
    expect(await store.query('sessions', { ...ALL_TIME, limit: 9 })).toEqual([])
    expect(await store.countRecords(undefined)).toBe(1)
  })
})
