import { expect, it } from 'vitest'
import { openToRead } from '../store/open-database.ts'
import { CAPTURES, capturesOf, importPaths, testStore } from '../testing.fixture.ts'
import { ALL_TIME, sqlite } from './dialect.ts'
import { matchOf } from './search.ts'
import { sessionsFromEvents } from './sessions.ts'

it('the questions about all captures have the answers that are in them', async () => {
  const store = await testStore()
  await importPaths(store, CAPTURES)

  const tokens = await store.query('tokens', ALL_TIME)
  const sum = (rows: readonly object[], key: string): number =>
    rows.reduce((total, row) => total + Number((row as Record<string, unknown>)[key]), 0)
  const sessions = await store.query('sessions', { ...ALL_TIME, limit: 100 })
  for (const key of ['input_tokens', 'cached_tokens', 'output_tokens', 'responses']) {
    expect(sum(sessions, key)).toBe(sum(tokens, key))
  }
  const [cache] = await store.query('cache', ALL_TIME)
  expect(cache?.rate).toBeCloseTo(sum(tokens, 'cached_tokens') / sum(tokens, 'input_tokens'), 10)

  const tools = await store.query('tools', ALL_TIME)
  expect(sum(tools, 'calls')).toBe(sum(sessions, 'tools'))
  expect(sum(tools, 'failed')).toBe(sum(sessions, 'tools_failed'))
  expect(tools[0]?.duration_ms).toHaveLength(3)

  const approvals = await store.query('approvals', ALL_TIME)
  const byUser = approvals.filter(({ source }) => source === 'User')
  expect(byUser.map(({ decision }) => decision)).toEqual(expect.arrayContaining(['approved', 'denied']))
  // 21.491 to 21.505 and 23.158 to 23.171 are two of them.
  expect(sum(byUser, 'wait_ms')).toBeGreaterThan(26)
  expect(sum(approvals, 'wait_ms')).toBe(sum(byUser, 'wait_ms'))

  const latency = await store.query('latency', ALL_TIME)
  expect(sum(latency, 'requests')).toBeGreaterThanOrEqual(sum(sessions, 'requests'))
  const errors = await store.query('errors', { ...ALL_TIME, limit: 100 })
  expect(errors.map(({ error_message }) => error_message)).toContain('http 429')
  expect(errors.map(({ time_ms }) => time_ms)).toEqual(errors.map(({ time_ms }) => time_ms).sort((a, b) => b - a))
  expect((await store.query('firstToken', ALL_TIME))[0]?.ttft_ms.every(Number.isFinite)).toBe(true)

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

it('a search finds words of prompts, arguments, outputs and errors, the last one as it begins', async () => {
  const store = await testStore()
  await importPaths(store, ...capturesOf('b-tool-ok'), ...capturesOf('d-429-then-ok'))
  const names = async (words: string): Promise<string[]> =>
    (await store.query('search', { words, limit: 50 })).map(({ event_name }) => event_name)
  expect(await names('run ech')).toEqual(['codex.user_prompt'])
  expect(await names('hi-from-tool')).toEqual(['codex.tool_result'])
  expect(await names('http 429')).toEqual(['codex.api_request'])
  expect(await names('run nothing')).toEqual([])
  expect(await names('')).toEqual([])
  expect(await names('" OR * NEAR( prompt:')).toEqual([])
})

it('a search for operators is one for words', () => {
  expect(matchOf('a "b" c*')).toBe('"a" """b""" "c*"*')
})
