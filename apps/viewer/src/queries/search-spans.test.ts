import { beforeAll, expect, it } from 'vitest'
import { spanId, storeSpans, type TestSpan, TRACE } from '../spans.fixture.ts'
import type { Store } from '../store/store.ts'
import { openTestStore, testStore } from '../testing.fixture.ts'
import { EVERYTHING } from './dialect.ts'
import type { SearchRow } from './search.ts'

const BEGUN = Date.UTC(2026, 10, 20, 12)
const of = { 'gen_ai.conversation.id': 'conversation-1' }
const said = (role: string, content: string) => ({ role, parts: [{ type: 'text', content }] })
const chat = {
  ...of,
  ...{ 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'model-a', 'gen_ai.usage.input_tokens': '10' },
}
const tool = { ...of, 'gen_ai.operation.name': 'execute_tool' }
const asked = [said('system', 'You are helpful'), said('user', 'Find the café')]
const called = {
  role: 'assistant',
  parts: [{ type: 'tool_call', id: 'c-1', name: 'search', arguments: { place: 'lighthouse' } }],
}
const answered = {
  role: 'tool',
  parts: [{ type: 'tool_call_response', id: 'c-1', response: { found: 'three harbours' } }],
}

const SPANS: TestSpan[] = [
  {
    id: 2,
    parent: 1,
    name: 'chat model-a',
    duration: 900,
    attributes: {
      ...chat,
      'gen_ai.input.messages': JSON.stringify(asked),
      'gen_ai.output.messages': JSON.stringify([called]),
    },
  },
  {
    id: 3,
    parent: 1,
    name: 'execute_tool search',
    start: 910,
    duration: 80,
    attributes: {
      ...{ ...tool, 'gen_ai.tool.name': 'search', 'gen_ai.tool.call.id': 'c-1' },
      ...{ 'gen_ai.tool.call.arguments': '{"place":"lighthouse"}', 'gen_ai.tool.call.result': 'three harbours' },
    },
  },
  {
    id: 4,
    parent: 1,
    name: 'chat model-a',
    start: 1_000,
    duration: 700,
    attributes: {
      ...chat,
      'gen_ai.input.messages': JSON.stringify([...asked, called, answered]),
      'gen_ai.output.messages': JSON.stringify([said('assistant', 'There are three')]),
    },
  },
  {
    id: 5,
    parent: 1,
    name: 'execute_tool run',
    start: 1_800,
    duration: 30,
    error: 'exit status 7',
    attributes: { ...tool, 'gen_ai.tool.name': 'run' },
  },
  {
    id: 6,
    parent: 1,
    name: 'codex.approval',
    start: 1_900,
    duration: 50,
    attributes: {
      ...{ ...of, 'codex.approval.decision': 'denied', 'codex.approval.source': 'User' },
      ...{ 'codex.tool_name': 'write', 'codex.call_id': 'c-2' },
    },
  },
  {
    id: 7,
    parent: 1,
    name: 'execute_tool write',
    start: 1_960,
    error: 'not allowed',
    attributes: { ...tool, 'gen_ai.tool.name': 'write', 'gen_ai.tool.call.id': 'c-2' },
  },
  {
    id: 1,
    name: 'invoke_agent helper',
    start: 0,
    duration: 2_000,
    attributes: {
      ...{ ...of, 'gen_ai.operation.name': 'invoke_agent' },
      'gen_ai.input.messages': JSON.stringify([said('user', 'A question to the helper')]),
    },
  },
  { id: 8, parent: 2, name: 'inside' },
]

let store: Store
beforeAll(async () => {
  const opened = await openTestStore()
  store = opened.store
  await storeSpans(store, SPANS, BEGUN)
  return opened.remove
})

const find = (words: string, from = store): Promise<SearchRow[]> => from.query('search', { words, limit: 50 })

it.each([
  ['tool:*', [7, 5, 3]],
  ['tool:search', [3]],
  ['model:model-*', [4, 2]],
  ['is:response', [4, 2]],
  ['is:tool', [7, 5, 3]],
  ['is:error', [5]],
  ['is:failed', [5]],
  ['is:denied', [6]],
  ['is:waited', [6]],
  ['is:decision tool:write', [6]],
  ['decision:denied source:User', [6]],
  ['call:c-2', [7, 6]],
  ['event:codex.approval', [6]],
  ['event:approval', [6]],
  ['event:"chat model-a"', [4, 2]],
  ['agent:gen_ai slower:800ms', [2]],
  ['session:conversation', [7, 6, 5, 4, 3, 2]],
  ['session:conversation is:response', [4, 2]],
  // By the end of a span, as trends have it.
  ['after:2026-11-20T12:00:01.700Z', [7, 6, 5, 4]],
  ['before:2026-11-20T12:00:01.700Z', [3, 2]],
  ['is:retry', []],
  ['is:prompt', []],
  ['status:200', []],
  ['session:other', []],
])('%s finds the spans of a session without events that are so', async (words, ids) => {
  const found = await find(words)
  expect(found.map(({ span_id }) => span_id)).toEqual(ids.map(spanId))
})

it.each([
  // A request repeats what was said before it, and its instructions.
  ['cafe', 'prompt', 2, 'café'],
  ['"three harbours" is:tool', 'output', 3, 'three harbours'],
  ['lighthouse is:tool', 'arguments', 3, 'lighthouse'],
  ['harbours model:model-a', 'prompt', 4, 'harbours'],
  ['there', 'output', 4, 'There'],
  ['exit status is:error', 'error', 5, 'exit'],
  ['question helper', 'prompt', 1, 'question'],
])('the words %s are found in the %s of a span', async (words, field, id, hit) => {
  const found = await find(words)
  expect(found.map(({ span_id, field, parts }) => [span_id, field, parts[1]])).toEqual([[spanId(id), field, hit]])
})

it('instructions and what does not count as an error are not found', async () => {
  expect(await find('helpful')).toEqual([])
  expect(await find('allowed')).toEqual([])
})

it('a hit of a span has its session, its trace and what it did', async () => {
  const [hit] = await find('tool:write')
  expect(hit).toMatchObject({
    ...{ conversation_id: 'conversation-1', trace_id: TRACE, span_id: spanId(7), event_name: 'execute_tool write' },
    ...{ role: 'tool', tool_name: 'write', time_ms: BEGUN + 1_970, declined: 1, error_message: null },
  })
  expect(hit?.event_id).toBeLessThan(0)
})

it('trends and the search that they lead to have the same number', async () => {
  for (const { tool_name, calls, failed } of await store.query('tools', EVERYTHING)) {
    expect(await find(`tool:${tool_name}`)).toHaveLength(calls)
    expect(await find(`tool:${tool_name} is:failed`)).toHaveLength(failed)
  }
  for (const { decision, source, decisions } of await store.query('approvals', EVERYTHING))
    expect(await find(`decision:${decision} source:${source}`)).toHaveLength(decisions)
})

it('messages that are values, were cut or are withheld are read as far as they can be', async () => {
  const store = await testStore()
  const value = { arrayValue: { values: [{ kvlistValue: { values: messageValues('user', 'Hello zebra') } }] } }
  const span = (id: number, value: object): object => ({
    ...{ traceId: TRACE, spanId: spanId(id), name: 'chat', startTimeUnixNano: '1', endTimeUnixNano: '2' },
    attributes: [
      ...Object.entries(chat).map(([key, stringValue]) => ({ key, value: { stringValue } })),
      { key: 'gen_ai.input.messages', value },
    ],
  })
  const spans = [
    span(1, value),
    span(2, { stringValue: '[{"role":"user","parts":[{"type":"text","content":"a zebra that was cu' }),
    span(3, { stringValue: '[REDACTED] zebra' }),
    span(4, { stringValue: '[{"role":"user","content":"an older zebra"},null,7]' }),
    span(5, { stringValue: '[{"role":"user","parts":[null,7,{"type":"blob","content":"zebra"}]}]' }),
  ]
  const body = new Uint8Array(Buffer.from(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] })))
  expect(await store.store({ signal: 'traces', encoding: 'json', body })).toEqual({ records: 5 })
  expect((await find('zebra', store)).map(({ span_id }) => span_id).sort()).toEqual([1, 2, 4].map(spanId))
})

const messageValues = (role: string, content: string): object[] => [
  { key: 'role', value: { stringValue: role } },
  { key: 'content', value: { stringValue: content } },
]
