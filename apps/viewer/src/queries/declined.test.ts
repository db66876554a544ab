import { expect, it } from 'vitest'
import { capturesOf, importPaths, testStore } from '../testing.fixture.ts'
import { ALL_TIME, EVERYTHING } from './dialect.ts'

const START_MS = Date.UTC(2026, 10, 29, 12)

type Event = readonly [name: string, attributes: Record<string, string>]

function requestOf(events: readonly Event[]): Uint8Array<ArrayBuffer> {
  const logRecords = events.map(([name, attributes], index) => ({
    timeUnixNano: `${START_MS + index}000000`,
    attributes: Object.entries({ 'event.name': name, ...attributes }).map(([key, stringValue]) => ({
      key,
      value: { stringValue },
    })),
  }))
  return new TextEncoder().encode(JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] }))
}

const decision = (session: string, call: string, decided: string, source: string): Event => [
  'codex.tool_decision',
  { 'conversation.id': session, call_id: call, tool_name: 'shell', decision: decided, source },
]
const result = (session: string, call: string, success: string): Event => [
  'codex.tool_result',
  {
    ...{ 'conversation.id': session, call_id: call, tool_name: 'shell', success, duration_ms: '7' },
    ...(success === 'false' ? { 'error.message': 'it was not done' } : {}),
  },
]

it('a call that a person or the configuration declined failed nowhere, and one that failed did everywhere', async () => {
  const store = await testStore()
  const body = requestOf([
    decision('a', 'call_1', 'denied', 'User'),
    result('a', 'call_1', 'false'),
    decision('a', 'call_2', 'abort', 'Config'),
    result('a', 'call_2', 'false'),
    decision('a', 'call_3', 'approved', 'Config'),
    result('a', 'call_3', 'false'),
    result('a', 'call_4', 'true'),
    // Of another session, whose calls have the same ids.
    result('b', 'call_1', 'false'),
  ])
  await store.store({ signal: 'logs', encoding: 'json', body })

  const sessions = await store.query('sessions', { ...ALL_TIME, limit: 10 })
  expect(
    sessions.map(({ conversation_id, ...row }) => [
      conversation_id,
      row.tools,
      row.tools_failed,
      row.denied,
      row.errors,
    ]),
  ).toEqual([
    ['b', 1, 1, 0, 1],
    ['a', 4, 1, 2, 1],
  ])
  expect(await store.query('tools', EVERYTHING)).toMatchObject([{ calls: 5, succeeded: 1, failed: 2, declined: 2 }])
  for (const from of [0, 1]) expect(await store.query('hours', { ...EVERYTHING, from })).toMatchObject([{ errors: 2 }])
  expect(await store.query('errorGroups', { ...EVERYTHING, limit: 9 })).toMatchObject([{ errors: 2, sessions: 2 }])
  for (const words of ['is:error', 'is:failed']) {
    const found = await store.query('search', { words, limit: 9 })
    expect(found.map(({ conversation_id, declined }) => [conversation_id, declined])).toEqual([
      ['b', 0],
      ['a', 0],
    ])
  }
  const found = await store.query('search', { words: 'tool:shell session:a "not done"', limit: 9 })
  expect(found.map(({ declined }) => declined)).toEqual([0, 1, 1])
  const rows = await store.query('timeline', { session: 'a', stream: 0, after: 0, limit: 99, offset: 0 })
  expect(rows.map(({ role, declined }) => `${role} ${declined}`)).toEqual([
    ...['decision 0', 'tool 1', 'decision 0', 'tool 1', 'decision 0', 'tool 0', 'tool 0'],
  ])
})

it('a call that the Codex CLI did not run since a person declined it did not fail', async () => {
  const store = await testStore()
  await importPaths(store, ...capturesOf('m-as-decline'))
  expect(await store.query('sessions', { ...ALL_TIME, limit: 2 })).toMatchObject([{ tools_failed: 0, denied: 1 }])
  expect(await store.query('tools', EVERYTHING)).toMatchObject([{ failed: 0, declined: 1 }])
})

it('an event of Gemini CLI that says that its call was rejected says that it did not run', async () => {
  const store = await testStore()
  const call = { 'session.id': 'g', function_name: 'write_file', success: 'false', decision: 'reject' }
  await store.store({ signal: 'logs', encoding: 'json', body: requestOf([['gemini_cli.tool_call', call]]) })
  expect(await store.query('sessions', { ...ALL_TIME, limit: 2 })).toMatchObject([{ tools_failed: 0, denied: 1 }])
  expect(await store.query('tools', EVERYTHING)).toMatchObject([{ failed: 0, declined: 1 }])
})

it('an approval has the time that a person took, 0 too, and none where no person decided', async () => {
  const store = await testStore()
  const at = requestOf([decision('a', 'call_1', 'denied', 'Config')])
  await store.store({ signal: 'logs', encoding: 'json', body: at })
  await store.store({ signal: 'logs', encoding: 'json', body: requestOf([decision('a', 'call_2', 'denied', 'User')]) })
  expect((await store.query('approvals', EVERYTHING)).map(({ source, wait_ms }) => [source, wait_ms])).toEqual([
    ['Config', null],
    ['User', 0],
  ])
})
