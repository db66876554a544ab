import { expect, it } from 'vitest'
import { addFunctions } from '../store/functions.ts'
import { openToRead } from '../store/open-database.ts'
import type { Store } from '../store/store.ts'
import { CAPTURES, importPaths, testStore } from '../testing.fixture.ts'
import { ALL_TIME, EVERYTHING, sqlite } from './dialect.ts'
import { COMMON_SQL, type QueryName } from './queries.ts'
import { sessionsFromEvents } from './sessions.ts'

const record = (event: string, attributes: Record<string, string>): object => ({
  timeUnixNano: '1700000000000000000',
  attributes: Object.entries({ 'event.name': event, ...attributes }).map(([key, stringValue]) => ({
    key,
    value: { stringValue },
  })),
})

async function storeLogs(store: Store, logRecords: object[]): Promise<void> {
  const body = new TextEncoder().encode(JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] }))
  await store.store({ signal: 'logs', encoding: 'json', body })
}

it('the questions about all captures have the answers that are in them', async () => {
  const store = await testStore()
  await importPaths(store, CAPTURES)

  const tokens = await store.query('tokens', EVERYTHING)
  const sum = (rows: readonly object[], key: string): number =>
    rows.reduce((total, row) => total + Number((row as Record<string, unknown>)[key]), 0)
  const sessions = await store.query('sessions', { ...ALL_TIME, limit: 100 })
  for (const key of ['input_tokens', 'cached_tokens', 'output_tokens', 'responses']) {
    expect(sum(sessions, key)).toBe(sum(tokens, key))
  }
  const [cache] = await store.query('cache', EVERYTHING)
  expect(cache?.rate).toBeCloseTo(sum(tokens, 'cached_tokens') / sum(tokens, 'input_tokens'), 10)

  const tools = await store.query('tools', EVERYTHING)
  expect(sum(tools, 'calls')).toBe(sum(sessions, 'tools'))
  expect(sum(tools, 'failed')).toBe(sum(sessions, 'tools_failed'))
  expect(tools[0]?.duration_ms).toHaveLength(3)

  const approvals = await store.query('approvals', EVERYTHING)
  const byUser = approvals.filter(({ source }) => source === 'User')
  expect(byUser.map(({ decision }) => decision)).toEqual(expect.arrayContaining(['approved', 'denied']))
  // 21.491 to 21.505 and 23.158 to 23.171 are two of them.
  expect(sum(byUser, 'wait_ms')).toBeGreaterThan(26)
  expect(sum(approvals, 'wait_ms')).toBe(sum(byUser, 'wait_ms'))

  const latency = await store.query('latency', EVERYTHING)
  expect(sum(latency, 'requests')).toBeGreaterThanOrEqual(sum(sessions, 'requests'))
  expect((await store.query('firstToken', EVERYTHING))[0]?.ttft_ms.every(Number.isFinite)).toBe(true)

  // What was added up at the arrival is what the events themselves give.
  const db = openToRead(store.path)
  const raw = db.prepare(sessionsFromEvents(sqlite)).all() as Record<string, unknown>[]
  db.close()
  const bySession = new Map(raw.map(row => [row.conversation_id, row]))
  expect(sessions.filter(({ events }) => events > 0)).toHaveLength(raw.length)
  for (const session of sessions.filter(({ events }) => events > 0)) {
    const { first_ms, last_ms, ...sums } = bySession.get(session.conversation_id) ?? {}
    expect(session).toMatchObject(sums)
    expect(Number(last_ms) - Number(first_ms)).toBeLessThanOrEqual(session.last_ms - session.first_ms)
  }
})

it('hours, responses and grouped errors add up to what sessions and requests have', async () => {
  const store = await testStore()
  await importPaths(store, CAPTURES)
  const sum = (rows: readonly object[], key: string): number =>
    rows.reduce((total, row) => total + Number((row as Record<string, unknown>)[key]), 0)
  const sessions = await store.query('sessions', { ...ALL_TIME, limit: 100 })
  const hours = await store.query('hours', EVERYTHING)
  expect(sum(hours, 'sessions')).toBe(sessions.length)
  const latency = await store.query('latency', EVERYTHING)
  expect(sum(hours, 'requests')).toBe(sum(latency, 'requests'))
  expect(sum(hours, 'retries')).toBe(sum(latency, 'retries'))
  expect(sum(hours, 'errors')).toBe((await store.query('search', { words: 'is:error', limit: 1_000 })).length)

  const groups = await store.query('errorGroups', { ...EVERYTHING, limit: 20 })
  expect(groups.find(({ folded }) => folded === 'http #')?.errors).toBeGreaterThan(1)
  expect(sum(groups, 'errors')).toBe(sum(hours, 'errors'))
  expect(await store.query('errorGroups', { ...EVERYTHING, limit: 1 })).toEqual(groups.slice(0, 1))

  const [responses] = await store.query('responses', EVERYTHING)
  expect(responses?.responses).toBe(sum(await store.query('tokens', EVERYTHING), 'responses'))
  const [headers] = latency
  // A response ends after its headers.
  expect(responses?.response_ms[0]).toBeGreaterThan(headers?.headers_ms[0] ?? Number.POSITIVE_INFINITY)
})

it('a model and an agent leave out what is of others', async () => {
  const store = await testStore()
  await importPaths(store, CAPTURES)
  const facets = await store.query('facets', {})
  expect(facets).toContainEqual({ facet: 'model', value: 'gpt-5.1-codex' })
  expect(facets).toContainEqual({ facet: 'agent', value: 'codex' })
  expect(facets).toContainEqual({ facet: 'tool', value: 'exec_command' })
  for (const name of [
    'tokens',
    'cache',
    'latency',
    'firstToken',
    'responses',
    'tools',
    'approvals',
    'hours',
  ] as const) {
    expect((await store.query(name, { ...EVERYTHING, model: 'gpt-5.1-codex', agent: 'codex' })).length).toBeGreaterThan(
      0,
    )
    expect(await store.query(name, { ...EVERYTHING, model: 'other' })).toEqual([])
    expect(await store.query(name, { ...EVERYTHING, agent: 'other' })).toEqual([])
  }
})

it('the SQL of a question for ClickHouse is there where both databases are asked the same', async () => {
  const store = await testStore()
  const [tokens] = await store.query('clickhouse', { question: 'tokens' })
  expect(tokens?.sql).toMatch(/^SELECT intDiv\(time_ms, 3600000\) .*\{from:Int64\}/s)
  for (const question of ['sessions', 'nothing', 'constructor'])
    expect(await store.query('clickhouse', { question })).toEqual([])
})

it("tools have the calls that sessions have, and no event of an agent's own that looks like one", async () => {
  const store = await testStore()
  const call = { 'conversation.id': 'c-1', tool_name: 'shell', success: 'true', duration_ms: '5' }
  await storeLogs(store, [
    record('codex.tool_result', call),
    record('codex.tool_result', { ...call, success: 'false' }),
    record('codex.sandbox_outcome', { ...call, call_id: 'c', decision: 'denied' }),
    record('my_agent.tool_checked', { ...call, tool_name: 'checker', 'error.message': 'no' }),
    record('codex.websocket_request', { ...call, duration_ms: '2' }),
  ])
  const [session] = await store.query('sessions', { ...ALL_TIME, limit: 10 })
  expect(await store.query('tools', EVERYTHING)).toMatchObject([
    { tool_name: 'shell', calls: session?.tools, failed: 1 },
  ])
  expect(await store.query('search', { words: 'tool:shell', limit: 10 })).toHaveLength(2)
  expect(await store.query('search', { words: 'tool:checker', limit: 10 })).toEqual([])
  const facets = await store.query('facets', {})
  expect(facets.filter(({ facet }) => facet === 'tool')).toEqual([{ facet: 'tool', value: 'shell' }])
})

it('hours have every request that sessions have, over a WebSocket and of agents that say it with its response, too', async () => {
  const codex = { 'conversation.id': 'c-1' }
  const claude = { 'session.id': 's-1' }
  const store = await testStore()
  await storeLogs(store, [
    record('codex.websocket_request', codex),
    record('codex.websocket_request', { ...codex, attempt: '1' }),
    record('codex.api_request', { ...codex, 'http.response.status_code': '429' }),
    // Has a status, and asks the model for nothing.
    record('codex.websocket_connect', { ...codex, 'http.response.status_code': '101' }),
    record('claude_code.api_request', { ...claude, input_tokens: '3' }),
    record('claude_code.api_error', { ...claude, status_code: '500' }),
  ])
  const sessions = await store.query('sessions', { ...ALL_TIME, limit: 10 })
  expect(sessions.map(({ requests }) => requests).toSorted()).toEqual([2, 3])
  const [hour] = await store.query('hours', EVERYTHING)
  expect(hour).toMatchObject({ requests: 5, retries: 1 })
  // No HTTP, so no headers to wait for.
  const latency = await store.query('latency', EVERYTHING)
  expect(latency.map(({ requests }) => requests)).toEqual([2])
})

it.each<QueryName>(['tokens', 'cache', 'latency', 'firstToken', 'responses', 'tools', 'approvals'])(
  'the question of %s reads events from an index alone, since their table is not in the cache of a new process',
  async name => {
    const store = await testStore()
    const db = openToRead(store.path)
    addFunctions(db)
    const plan = db.prepare(`EXPLAIN QUERY PLAN ${COMMON_SQL[name]?.(sqlite)}`).all({ ...EVERYTHING }) as {
      detail: string
    }[]
    db.close()
    const ofEvents = plan.map(({ detail }) => detail).filter(detail => /^(SCAN|SEARCH) e USING/.test(detail))
    expect(ofEvents.length).toBeGreaterThan(0)
    expect(ofEvents.filter(detail => !detail.includes('COVERING INDEX'))).toEqual([])
  },
)
