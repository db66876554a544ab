import { beforeAll, expect, it } from 'vitest'
import type { Store } from '../store/store.ts'
import { CAPTURES, importPaths, openTestStore } from '../testing.fixture.ts'
import type { SearchRow } from './search.ts'

let store: Store
beforeAll(async () => {
  const opened = await openTestStore()
  store = opened.store
  await importPaths(store, CAPTURES)
  return opened.remove
})

const find = (words: string, limit = 50): Promise<SearchRow[]> => store.query('search', { words, limit })
const names = async (words: string): Promise<Set<string | null>> =>
  new Set((await find(words)).map(({ event_name }) => event_name))

it('a search finds words of prompts, arguments, outputs and errors, the last one as it begins', async () => {
  expect(await names('run ech')).toEqual(new Set(['codex.user_prompt']))
  expect(await names('hi-from-tool')).toContain('codex.tool_result')
  expect(await names('http 429')).toEqual(new Set(['codex.api_request']))
  expect(await find('run nothing')).toEqual([])
  expect(await find('')).toEqual([])
  expect(await find('" OR * NEAR( prompt')).toEqual([])
})

it('a hit has the text around it and the session that it is of', async () => {
  const [hit] = await find('secret')
  expect(hit).toMatchObject({
    field: 'prompt',
    parts: ['My ', 'secret', ' prompt äöü 🚀'],
    title: 'My secret prompt äöü 🚀',
  })
  const [output] = await find('tool:exec_command hi-from-tool')
  expect(output?.parts[1]).toBe('hi-from-tool')
})

it('the newest hits come first, and of more than were asked for those that arrived last', async () => {
  const all = await find('say hello')
  const times = all.map(({ time_ms }) => time_ms)
  expect(times).toEqual([...times].sort((a, b) => b - a))
  const last = all
    .map(({ event_id }) => event_id)
    .sort((a, b) => b - a)
    .slice(0, 3)
  expect(new Set((await find('say hello', 3)).map(({ event_id }) => event_id))).toEqual(new Set(last))
})

it.each([
  ['is:error', ({ error_message }: SearchRow) => error_message !== null],
  ['status:429', ({ status }: SearchRow) => status === 429],
  ['status:4xx', ({ status }: SearchRow) => status !== null && status >= 400 && status < 500],
  ['is:response model:gpt-5*', ({ role, model }: SearchRow) => role === 'response' && model === 'gpt-5.1-codex'],
  ['tool:exec_command', ({ tool_name, role }: SearchRow) => tool_name === 'exec_command' && role === 'tool'],
  [
    'is:decision tool:exec_command',
    ({ role, tool_name }: SearchRow) => role === 'decision' && tool_name === 'exec_command',
  ],
  ['decision:approved source:User', ({ decision }: SearchRow) => decision === 'approved'],
  ['is:denied', ({ decision }: SearchRow) => decision === 'denied'],
  ['is:failed', ({ success, role }: SearchRow) => success === 0 && role === 'tool'],
  ['is:tool', ({ role }: SearchRow) => role === 'tool'],
  ['is:prompt', ({ role }: SearchRow) => role === 'prompt'],
  ['event:tool_result slower:20ms', ({ duration_ms }: SearchRow) => (duration_ms ?? 0) >= 20],
  [
    'agent:codex session:01a20484-8ac6',
    ({ conversation_id }: SearchRow) => conversation_id?.startsWith('01a20484-8ac6'),
  ],
  ['before:2026-11-23T00:00Z', ({ time_ms }: SearchRow) => time_ms < Date.UTC(2026, 10, 23)],
  ['after:2026-11-27T00:00Z', ({ time_ms }: SearchRow) => time_ms >= Date.UTC(2026, 10, 27)],
  ['"say hello" after:2026-11-27T00:00Z', ({ time_ms }: SearchRow) => time_ms >= Date.UTC(2026, 10, 27)],
])('%s finds the events that are so, and nothing else', async (words, isSo) => {
  const found = await find(words)
  expect(found.length).toBeGreaterThan(0)
  expect(found.filter(row => !isSo(row))).toEqual([])
})

it('a filter of what there is not finds nothing, and one that there is not is answered with those that there are', async () => {
  expect(await find('tool:nothing')).toEqual([])
  expect(await find('session:zzz')).toEqual([])
  await expect(find('tol:exec_command')).rejects.toThrow('there is no filter tol: ; there are tool:, model:')
})

it('of words and filters there may be as many as a statement takes; of more, the answer says so', async () => {
  const filters = ['is:tool', 'tool:a', 'before:1d', 'slower:0ms', 'event:*', 'session:x']
  for (const filter of filters) {
    expect(await find(`${filter} `.repeat(50)), filter).toEqual(expect.any(Array))
    await expect(find(`${filter} `.repeat(1_000))).rejects.toThrow('a search has 50 filters at most')
  }
  expect(await find('say '.repeat(200))).not.toEqual([])
  await expect(find('say '.repeat(201))).rejects.toThrow('a search has 200 words at most')
  expect(await find(`"${'say '.repeat(2_000)}"`)).toEqual([])
})
