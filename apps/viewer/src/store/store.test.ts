import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, it, onTestFinished } from 'vitest'
import { ALL_TIME, EVERYTHING } from '../queries/dialect.ts'
import { PARAMETERS, type Parameters, type QueryName } from '../queries/queries.ts'
import { capturesOf, importPaths, testFolder, testStore } from '../testing.fixture.ts'
import { newMemoryPath } from './memory-path.ts'
import { openToRead } from './open-database.ts'
import { Store } from './store.ts'

const ONE = { limit: 1 }
/** A time in which no question is answered that has to wait for a lock. */
const SOON_MS = 20

/** A store whose questions wait until `release` is called. */
async function heldStore(): Promise<{ store: Store; release: () => void }> {
  const store = await Store.open(newMemoryPath())
  onTestFinished(() => store.close())
  await importPaths(store, ...capturesOf('a-simple'))
  // Its thread has begun.
  await store.query('refusals', ONE)
  const holder = new DatabaseSync(store.path)
  holder.exec('BEGIN EXCLUSIVE')
  return { store, release: () => holder.close() }
}

it('a question that takes too long is cut off, and the next one is answered', async () => {
  const { store, release } = await heldStore()
  const question = { ...ALL_TIME, limit: 1 }
  await expect(store.query('sessions', question, SOON_MS)).rejects.toThrow(
    'sessions took more than 0.02 s; ask for less time or fewer rows',
  )
  release()
  expect(await store.query('sessions', question)).toMatchObject([{ events: 17 }])
})

it('a question that waits behind one that is cut off has its own time', async () => {
  const { store, release } = await heldStore()
  const cut = store.query('refusals', ONE, SOON_MS).finally(release)
  const [first, waiting] = await Promise.allSettled([cut, store.query('refusals', ONE)])
  expect([first.status, waiting.status]).toEqual(['rejected', 'fulfilled'])
})

it('a question that is given up before its turn is not asked', async () => {
  const store = await testStore()
  const leave = new AbortController()
  const first = store.query('refusals', ONE)
  const second = store.queryJson('refusals', ONE, { signal: leave.signal })
  leave.abort()
  await expect(second).rejects.toBe(leave.signal.reason)
  await first
})

it('a person is waited for from the event before on, also where an earlier process stored that event', async () => {
  const path = join(testFolder(), 'store.db')
  const event = (name: string, timeMs: number, attributes: Record<string, string>): Uint8Array<ArrayBuffer> => {
    const all = { 'event.name': name, 'conversation.id': 'c', ...attributes }
    const record = {
      timeUnixNano: `${timeMs}000000`,
      attributes: Object.entries(all).map(([key, value]) => ({ key, value: { stringValue: value } })),
    }
    return new Uint8Array(Buffer.from(JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] })))
  }
  const decision = { decision: 'approved', source: 'User' }
  for (const body of [
    event('codex.tool_decision', 1_000, decision),
    event('codex.sse_event', 2_000, {}),
    event('codex.tool_decision', 9_500, decision),
  ]) {
    await using store = await Store.open(path)
    await store.store({ signal: 'logs', encoding: 'json', body })
  }
  await using store = await Store.openToRead(path)
  const timeline = await store.query('timeline', { session: 'c', stream: 1, after: 0, limit: 9, offset: 0 })
  expect(timeline.map(({ wait_ms }) => wait_ms)).toEqual([null, null, 7_500])
})

it('what answers questions can write nothing', async () => {
  const store = await testStore()
  await importPaths(store, ...capturesOf('a-simple'))
  const db = openToRead(store.path)
  onTestFinished(() => db.close())
  for (const statement of ['DELETE FROM event', 'CREATE TABLE more (a)', 'PRAGMA user_version = 1', 'VACUUM']) {
    expect(() => db.exec(statement)).toThrow('attempt to write a readonly database')
  }
})

const SQL_TEXTS = ["' OR '1'='1", '"; DROP TABLE event; --', "a' UNION SELECT text FROM dict --", ':session', '?1']

it('a text in a question is a value of it, and no part of its statement', async () => {
  const store = await testStore()
  await importPaths(store, ...capturesOf('b-tool-ok'))
  const numbers = { ...EVERYTHING, limit: 9, stream: 0, after: 0, offset: 0, length: 9, span: 1, event: 1 }
  const isText = (name: QueryName): boolean => Object.values(PARAMETERS[name]).includes('text')
  const names = (Object.keys(PARAMETERS) as QueryName[]).filter(isText)
  expect(names.length).toBeGreaterThan(10)
  for (const name of names) {
    for (const text of SQL_TEXTS) {
      const parameters = Object.entries(PARAMETERS[name]).map(([key, kind]) => [
        key,
        kind === 'text' ? text : numbers[key as keyof typeof numbers],
      ])
      // The search says which of its filters there is not.
      const asked = store.query(name, Object.fromEntries(parameters) as Parameters[typeof name])
      const rows = await asked.catch((error: Error) => error.message)
      if (typeof rows === 'string') expect(rows).not.toMatch(/syntax|no such|SQL/i)
      else expect(rows, `${name} ${text}`).toEqual([])
    }
  }
  expect(await store.query('sessions', { ...ALL_TIME, limit: 9 })).toHaveLength(1)
})
