import { describe, expect, it } from 'vitest'
import { ALL_TIME } from '../queries/dialect.ts'
import { capturesOf, importPaths, testStore } from '../testing.fixture.ts'
import { recordsOf } from './chunk.ts'
import { openToRead } from './open-database.ts'
import type { Store } from './store.ts'

const sessionsOf = (store: Store) => store.query('sessions', { ...ALL_TIME, limit: 100 })

async function exportedEvents(store: Store): Promise<string[]> {
  const names: string[] = []
  for await (const { signal, messages } of store.export({ encoding: 'binary', session: undefined, redact: false })) {
    if (signal !== 'logs') continue
    for (const body of messages) {
      for (const record of recordsOf({ signal, encoding: 'binary', body })) {
        names.push(String(record.attributes['conversation.id']?.value))
      }
    }
  }
  return names
}

async function storePrompt(store: Store, conversation: string | undefined, ms: number): Promise<void> {
  const attributes = { 'event.name': 'codex.user_prompt', prompt: 'echo', 'conversation.id': conversation }
  const logRecord = {
    timeUnixNano: `${ms}000000`,
    attributes: Object.entries(attributes)
      .filter(([, value]) => value !== undefined)
      .map(([key, stringValue]) => ({ key, value: { stringValue } })),
  }
  const message = { resourceLogs: [{ scopeLogs: [{ logRecords: [logRecord] }] }] }
  const body = new Uint8Array(Buffer.from(JSON.stringify(message)))
  expect(await store.store({ signal: 'logs', encoding: 'json', body })).toEqual({ records: 1 })
}

function rowsIn(store: Store): Record<string, number> {
  const db = openToRead(store.path)
  const count = (sql: string): number => (db.prepare(`SELECT count(*) AS n FROM ${sql}`).get() as { n: number }).n
  const rows = {
    event: count('event'),
    span: count('span'),
    point: count('point'),
    hour: count('hour'),
    chunk: count('chunk'),
    words: count("content WHERE content MATCH 'echo'"),
    // A row whose place is not in its chunk would be read as another record.
    astray: count('event e JOIN chunk c ON c.id = e.chunk WHERE e.place >= c.records'),
  }
  db.close()
  return rows
}

describe('removing', () => {
  it('one session takes its records out of the chunks that it shares with others', async () => {
    const store = await testStore()
    await importPaths(store, ...capturesOf('b-tool-ok'), ...capturesOf('b-tool-two'), ...capturesOf('a-simple'))
    const before = await sessionsOf(store)
    const gone = before.find(({ title }) => title === 'Run echo')
    expect(await store.clear({ session: gone?.conversation_id ?? '' })).toBe(1)
    expect(await sessionsOf(store)).toEqual(before.filter(session => session !== gone))
    const left = await exportedEvents(store)
    expect(left).not.toContain(gone?.conversation_id)
    expect(left).toHaveLength(28 + 34 + 18 - 27)
    expect(rowsIn(store)).toMatchObject({ event: left.length, astray: 0 })
    for (const { conversation_id: session, events } of await sessionsOf(store)) {
      expect(await store.query('timeline', { session, stream: 1, after: 0, limit: 100, offset: 0 })).toHaveLength(
        events,
      )
    }
    expect(await importPaths(store, ...capturesOf('b-tool-ok'))).toMatchObject({ logs: 27 })
  })

  it('everything leaves nothing behind', async () => {
    const store = await testStore()
    await importPaths(store, ...capturesOf('b-tool-ok'))
    expect(rowsIn(store).words).toBeGreaterThan(0)
    await store.clear({})
    expect(rowsIn(store)).toEqual({ event: 0, span: 0, point: 0, hour: 0, chunk: 0, words: 0, astray: 0 })
  })

  it('what is older than a time keeps the sessions that end after it', async () => {
    const store = await testStore()
    await importPaths(store, ...capturesOf('a-simple'), ...capturesOf('x-e-failed'))
    const [newer, older] = await sessionsOf(store)
    await store.clear({ beforeMs: (newer?.last_ms ?? 0) - 1 })
    expect(await sessionsOf(store)).toEqual([newer])
    expect(older).toBeDefined()
    expect(new Set(await exportedEvents(store))).toContain(newer?.conversation_id)
  })

  it('counts the age of what a clock that is ahead wrote from its arrival', async () => {
    const store = await testStore()
    await importPaths(store, ...capturesOf('a-simple'))
    const ahead = Date.parse('2199-01-01')
    await storePrompt(store, 'ahead', ahead)
    const arrived = Date.now()
    await expect.poll(() => Date.now()).toBeGreaterThan(arrived)
    await storePrompt(store, 'later', arrived + 60_000)
    const [later, first, oldest] = await sessionsOf(store)
    expect([later, first].map(session => session?.conversation_id)).toEqual(['later', 'ahead'])
    expect(first).toMatchObject({ first_ms: ahead, last_ms: ahead })
    expect(first?.recent_ms).toBeLessThanOrEqual(arrived)
    expect(oldest?.recent_ms).toBe(oldest?.last_ms)
    expect(await store.clear({ beforeMs: later?.recent_ms ?? 0 })).toBe(2)
    expect(await sessionsOf(store)).toEqual([later])
  })

  it('everything takes what is of the last moment that has a number, too', async () => {
    const store = await testStore()
    await storePrompt(store, 'last', 1.8e13)
    await storePrompt(store, undefined, 1.8e13)
    expect(rowsIn(store).event).toBe(2)
    await store.clear({})
    expect(rowsIn(store)).toEqual({ event: 0, span: 0, point: 0, hour: 0, chunk: 0, words: 0, astray: 0 })
  })

  it('by size goes on until the store fits, the oldest sessions first, and leaves the newest', async () => {
    const store = await testStore()
    await importPaths(store, ...capturesOf('b-tool-ok'), ...capturesOf('b-tool-two'), ...capturesOf('x-e-failed'))
    const [newest] = await sessionsOf(store)
    expect(await store.retain({ retainMs: 1e13, maxSize: 1e12 })).toBe(0)
    expect(await store.retain({ retainMs: 1e13, maxSize: 1 })).toBe(2)
    expect(await sessionsOf(store)).toEqual([newest])
  })
})
