import { expect, it } from 'vitest'
import type { Store } from '../store/store.ts'
import { capturesOf, importPaths, testStore } from '../testing.fixture.ts'
import { ALL_TIME } from './dialect.ts'
import type { TimelineRow } from './timeline.ts'

async function sessionOf(store: Store): Promise<string> {
  const [session] = await store.query('sessions', { ...ALL_TIME, limit: 1 })
  return session?.conversation_id ?? ''
}

const eventsOf = (store: Store, session: string, after = 0): Promise<TimelineRow[]> =>
  store.query('timeline', { session, stream: 0, after, limit: 1_000, offset: 0 })

it('the record of an event is as it came, with its texts beside it', async () => {
  const store = await testStore()
  await importPaths(store, ...capturesOf('c-tool-exit3'))
  const session = await sessionOf(store)
  const tool = (await eventsOf(store, session)).find(({ role }) => role === 'tool')
  const [record, ...others] = await store.query('record', { event: tool?.event_id ?? -1 })
  expect(others).toEqual([])
  expect(record).toMatchObject({
    conversation_id: session,
    event_name: 'codex.tool_result',
    role: 'tool',
    prompt: null,
  })
  expect(record?.output).toContain('exited with code 3')
  expect(record?.output_truncated).toBe(0)
  expect(record?.arguments).toContain('exit 3')
  const otlp = record?.otlp as { resourceLogs: { scopeLogs: { logRecords: { attributes: unknown[] }[] }[] }[] }
  const [log] = otlp.resourceLogs.flatMap(({ scopeLogs }) => scopeLogs.flatMap(({ logRecords }) => logRecords))
  expect(log?.attributes).toContainEqual({ key: 'tool_name', value: { stringValue: 'exec_command' } })
  expect(await store.query('record', { event: 999_999 })).toEqual([])
})

it('the texts of some events are cut to the length that was asked for', async () => {
  const store = await testStore()
  await importPaths(store, ...capturesOf('b-tool-two'))
  const events = await eventsOf(store, await sessionOf(store))
  const ids = events.filter(({ role }) => role === 'prompt' || role === 'tool').map(({ event_id }) => event_id)
  expect(ids).toHaveLength(3)
  const whole = await store.query('texts', { events: ids.join(','), length: 10_000 })
  expect(whole.map(({ event_id }) => event_id).sort()).toEqual([...ids].sort())
  expect(whole.find(({ prompt }) => prompt !== null)).toMatchObject({
    ...{ prompt: 'Run two', prompt_length: 7, arguments: null, output_truncated: null, cut: 0 },
  })
  const short = await store.query('texts', { events: ids.join(','), length: 5 })
  expect(short.map(({ output }) => output)).toEqual(whole.map(({ output }) => output?.slice(0, 5) ?? null))
  expect(short.every(({ cut }) => cut === 1)).toBe(true)
  await expect(store.query('texts', { events: '1,x', length: 5 })).rejects.toThrow('ids with commas')
})

it('the events of a session after one are those that were stored later', async () => {
  const store = await testStore()
  await importPaths(store, ...capturesOf('b-tool-ok'))
  const session = await sessionOf(store)
  const all = await eventsOf(store, session)
  const third = all.map(({ event_id }) => event_id).sort((a, b) => a - b)[2] ?? 0
  const later = await eventsOf(store, session, third)
  expect(later).toEqual(all.filter(({ event_id }) => event_id > third))
  expect(later.length).toBeGreaterThan(0)
})

it('the parts of the stream of one response are between its request and its end', async () => {
  const store = await testStore()
  await importPaths(store, ...capturesOf('b-tool-ok'))
  const session = await sessionOf(store)
  const whole = await store.query('stream', { session, ...ALL_TIME, limit: 1_000 })
  expect(new Set(whole.map(({ role }) => role))).toEqual(new Set(['stream']))
  const events = await eventsOf(store, session)
  const [first, second] = events.filter(({ role }) => role === 'response')
  const upToFirst = await store.query('stream', { session, from: 0, to: first?.time_ms ?? 0, limit: 1_000 })
  expect(upToFirst.map(({ event_kind }) => event_kind)).toContain('response.function_call_arguments.done')
  const upToSecond = await store.query('stream', {
    session,
    from: (first?.time_ms ?? 0) + 1,
    to: second?.time_ms ?? 0,
    limit: 1_000,
  })
  expect([...upToFirst, ...upToSecond]).toEqual(whole)
})

it('a session waits for a person while a call of its newest response has neither a decision nor a result', async () => {
  const store = await testStore()
  await importPaths(store, ...capturesOf('m-as-accept'))
  expect(await store.query('pending', { from: 0 })).toEqual([])
  const session = await sessionOf(store)
  const waiting = await testStore()
  await keepUntilFirstResponse(store, waiting)
  const [row, ...others] = await waiting.query('pending', { from: 0 })
  expect(others).toEqual([])
  expect(row).toMatchObject({ conversation_id: session, calls: 1, answered: 0 })
  expect(await waiting.query('pending', { from: Date.now() })).toEqual([])
})

it('the tokens of sessions by hour and model add up to those of the sessions', async () => {
  const store = await testStore()
  await importPaths(store, ...capturesOf('b-tool-two'), ...capturesOf('a-simple'))
  const sessions = await store.query('sessions', { ...ALL_TIME, limit: 10 })
  const usage = await store.query('usage', { from: 0 })
  for (const { conversation_id, first_ms, model, input_tokens, cached_tokens, output_tokens } of sessions) {
    const [row, ...others] = usage.filter(row => row.conversation_id === conversation_id)
    expect(others).toEqual([])
    expect(row).toMatchObject({ model, input_tokens, cached_tokens, output_tokens, cache_write_tokens: 0 })
    expect(first_ms - (row?.hour_ms ?? 0)).toBeLessThan(3_600_000)
    expect(first_ms - (row?.hour_ms ?? 0)).toBeGreaterThanOrEqual(0)
  }
  expect(usage).toHaveLength(2)
  expect(await store.query('usage', { from: Date.now() })).toEqual([])
})

/** Stores the records up to the first response in another store. */
async function keepUntilFirstResponse(from: Store, into: Store): Promise<void> {
  for await (const { signal, messages } of from.export({ encoding: 'json', session: undefined, redact: false })) {
    for (const message of messages) {
      const document = JSON.parse(Buffer.from(message).toString())
      for (const { scopeLogs } of document.resourceLogs ?? []) {
        for (const scope of scopeLogs) {
          const end = scope.logRecords.findIndex(({ attributes }: { attributes?: { key: string }[] }) =>
            attributes?.some(({ key }) => key === 'input_token_count'),
          )
          if (end >= 0) scope.logRecords.splice(end + 1)
        }
      }
      await into.store({ signal, encoding: 'json', body: new Uint8Array(Buffer.from(JSON.stringify(document))) })
    }
  }
}
