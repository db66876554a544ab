import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ALL_TIME } from '../queries/dialect.ts'
import { capturesOf, importPaths, testFolder, testStore } from '../testing.fixture.ts'
import { decodeRequest } from './decode-request.ts'
import { openToRead, openToWrite } from './open-database.ts'
import { Removal } from './removal.ts'
import { advance } from './steps.ts'
import type { Store } from './store.ts'
import { StoreWriter } from './store-writer.ts'

type Value = string | number
const attributesOf = (texts: Record<string, Value>) =>
  Object.entries(texts).map(([key, value]) => ({
    key,
    value: typeof value === 'string' ? { stringValue: value } : { intValue: value },
  }))

const at = (seconds: number): string => `${1_795_000_000 + seconds}000000000`

async function send(store: Store, signal: 'logs' | 'metrics' | 'traces', message: object): Promise<void> {
  const body = new Uint8Array(Buffer.from(JSON.stringify(message)))
  expect(await store.store({ signal, encoding: 'json', body })).not.toHaveProperty('malformed')
}

/** Everything of one session, with a word that nothing else has in each of its texts. */
async function sendAll(store: Store, session: string, word: string, trace: string): Promise<void> {
  const logs = [
    { 'event.name': 'codex.user_prompt', prompt: `${word}prompt please` },
    { 'event.name': 'codex.api_request', model: `${word}model`, 'error.message': `${word}error` },
    { 'event.name': 'codex.sse_event', model: `${word}model`, input_token_count: 5, output_token_count: 2 },
    {
      'event.name': 'codex.tool_result',
      tool_name: `${word}tool`,
      arguments: `${word}arguments`,
      output: `${word}output`,
    },
  ]
  const logRecords = logs.map((attributes, index) => ({
    ...{ timeUnixNano: at(index), traceId: trace },
    attributes: attributesOf({ 'conversation.id': session, ...attributes } as Record<string, Value>),
  }))
  await send(store, 'logs', { resourceLogs: [{ scopeLogs: [{ logRecords }] }] })
  const spans = [
    { name: `${word}span`, spanId: 'a'.repeat(16), attributes: attributesOf({ 'conversation.id': session }) },
    // It belongs to the session by its trace alone.
    { name: `${word}inner`, spanId: 'b'.repeat(16), attributes: [] },
  ].map(span => ({ ...span, traceId: trace, startTimeUnixNano: at(9), endTimeUnixNano: at(10) }))
  await send(store, 'traces', { resourceSpans: [{ scopeSpans: [{ spans }] }] })
  // A series of the session goes on after its last event.
  for (const seconds of [1, 7_200]) {
    const own = { asInt: 3, timeUnixNano: at(seconds), attributes: attributesOf({ 'conversation.id': session }) }
    const foreign = { asInt: 4, timeUnixNano: at(seconds), attributes: attributesOf({ of: 'no session' }) }
    const dataPoints = [own, foreign]
    const metrics = [{ name: 'calls', unit: '1', sum: { dataPoints, aggregationTemporality: 1, isMonotonic: true } }]
    await send(store, 'metrics', { resourceMetrics: [{ scopeMetrics: [{ metrics }] }] })
  }
}

/** A session of spans alone, with a word that nothing else has in each of its texts. */
async function sendSpans(store: Store, session: string, word: string, trace: string): Promise<void> {
  const said = (role: string) => JSON.stringify([{ role, parts: [{ type: 'text', content: `${word}${role}` }] }])
  const texts = {
    ...{ 'gen_ai.operation.name': 'chat', 'gen_ai.conversation.id': session },
    ...{ 'gen_ai.input.messages': said('user'), 'gen_ai.output.messages': said('assistant') },
  }
  const span = { name: `${word}chat`, spanId: 'a'.repeat(16), traceId: trace, attributes: attributesOf(texts) }
  const times = { startTimeUnixNano: at(20), endTimeUnixNano: at(21), status: { code: 2, message: `${word}failed` } }
  await send(store, 'traces', { resourceSpans: [{ scopeSpans: [{ spans: [{ ...span, ...times }] }] }] })
}

/** The tables of a store without the numbers of rows, and the words of its indexes. */
function tablesOf(store: Store): Record<string, unknown[]> {
  const db = openToRead(store.path)
  db.exec(`CREATE VIRTUAL TABLE temp.words USING fts5vocab('main', 'content', 'row');
    CREATE VIRTUAL TABLE temp.span_words USING fts5vocab('main', 'span_content', 'row')`)
  const word = (column: string): string => `(SELECT text FROM dict WHERE id = ${column}) AS ${column}`
  const session = (column: string): string => `(SELECT key FROM session WHERE id = ${column}) AS conversation`
  const sorted = (sql: string): unknown[] =>
    db
      .prepare(sql)
      .all()
      .map(row => JSON.stringify(row))
      .sort()
  const tables = {
    session: sorted(
      'SELECT * FROM (SELECT key, agent, model, first, last, events, spans, requests, errors, input, title FROM session)',
    ),
    hour: sorted(
      `SELECT hour, ${session('session')}, ${word('model')}, events, requests, responses, tools, errors, input, output FROM hour`,
    ),
    event: sorted(
      `SELECT ${session('session')}, time, ${word('name')}, role, ${word('model')}, ${word('tool')}, error, input, wait FROM event`,
    ),
    series: sorted(`SELECT name, unit, kind, ${session('session')}, attributes FROM series`),
    point: sorted('SELECT time, value, (SELECT attributes FROM series WHERE id = series) AS attributes FROM point'),
    span: sorted(
      `SELECT ${session('session')}, hex(trace) AS trace, hex(span) AS span, ${word('name')}, start, duration FROM span`,
    ),
    trace: sorted(`SELECT hex(id) AS id, ${session('session')} FROM trace`),
    dict: sorted('SELECT text FROM dict'),
    words: sorted('SELECT term, doc, cnt FROM temp.words'),
    spanWords: sorted('SELECT term, doc, cnt FROM temp.span_words'),
    records: sorted('SELECT signal, encoding, sum(records) AS records FROM chunk GROUP BY signal, encoding'),
  }
  db.close()
  return tables
}

const filesOf = ({ path }: Store): Buffer => Buffer.concat(['', '-wal', '-shm'].map(end => readFileSync(path + end)))

describe('a session that is forgotten', () => {
  it('leaves the store as one that never had it, but for the numbers of rows', async () => {
    const [store, never] = [await testStore(), await testStore()]
    for (const one of [store, never]) {
      await sendAll(one, 'stays', 'kept', 'c'.repeat(32))
      await importPaths(one, ...capturesOf('b-tool-ok'))
      await sendSpans(one, 'stays with spans', 'kept', 'e'.repeat(32))
      if (one === store) {
        await sendAll(one, 'goes', 'lost', 'd'.repeat(32))
        await sendSpans(one, 'goes with spans', 'lost', '9'.repeat(32))
      }
      await importPaths(one, ...capturesOf('x-e-failed'))
    }
    expect(tablesOf(store)).not.toEqual(tablesOf(never))
    for (const session of ['goes', 'goes with spans']) expect(await store.clear({ session })).toBe(1)
    expect(tablesOf(store)).toEqual(tablesOf(never))
  })

  it('cannot be read in the files, whichever text it was in', async () => {
    const store = await testStore()
    await sendAll(store, 'stays', 'kept', 'c'.repeat(32))
    await sendAll(store, 'zq9session', 'zq9', 'd'.repeat(32))
    await sendSpans(store, 'zq9spans', 'zq9', '9'.repeat(32))
    const db = openToRead(store.path)
    const bodies = db.prepare('SELECT body FROM chunk ORDER BY id DESC LIMIT 5').all() as { body: Uint8Array }[]
    db.close()
    const marks = bodies.map(({ body }) => Buffer.from(body).subarray(-40, -8))
    const before = filesOf(store)
    expect(before.toString('latin1')).toContain('zq9session')
    for (const mark of marks) expect(before.includes(mark)).toBe(true)
    for (const session of ['zq9session', 'zq9spans']) await store.clear({ session })
    const after = filesOf(store)
    expect(after.toString('latin1').toLowerCase()).not.toContain('zq9')
    for (const mark of marks) expect(after.includes(mark)).toBe(false)
    expect(after.toString('latin1')).toContain('keptprompt')
  })

  it('is counted, so that others look again, and its numbers are not given to new events', async () => {
    const store = await testStore()
    await sendAll(store, 'goes', 'lost', 'd'.repeat(32))
    const before = await store.changes(undefined)
    await store.clear({ session: 'goes' })
    const after = await store.changes(before)
    expect(after).toMatchObject({ event: before.event, span: before.span, sessions: [] })
    expect(after.removals).toBeGreaterThan(before.removals)
    await sendAll(store, 'next', 'next', 'e'.repeat(32))
    const { sessions, event } = await store.changes(after)
    expect([sessions.map(({ conversation_id }) => conversation_id), event]).toEqual([['next'], before.event + 4])
  })

  it('may be imported and sent again', async () => {
    const store = await testStore()
    const files = capturesOf('a-simple')
    const first = await importPaths(store, ...files)
    const [session] = await store.query('sessions', { ...ALL_TIME, limit: 1 })
    await store.clear({ session: session?.conversation_id })
    expect(await importPaths(store, ...files)).toMatchObject({ logs: first.logs - 1, known: 1, knownFiles: [] })
    for (const _ of [1, 2]) {
      await sendAll(store, 'again', 'again', 'f'.repeat(32))
      await store.clear({ session: 'again' })
    }
    await sendAll(store, 'again', 'again', 'f'.repeat(32))
    expect(await store.query('session', { session: 'again' })).toMatchObject([{ events: 4, spans: 1 }])
  })

  it('begins anew with what its agent sends while it goes, and the next process ends what this one does not', async () => {
    const db = openToWrite(join(testFolder(), 'store.db'))
    onTestFinished(() => db.close())
    const writer = new StoreWriter(db)
    writer.store([promptOf('goes on', 'old', 1), promptOf('stays', 'old', 2)])
    const steps = new Removal(db, writer).session('goes on', 0)
    steps.next()
    writer.store([promptOf('goes on', 'new', 60)])
    const sessions = () =>
      db.prepare('SELECT key, title, events FROM session WHERE agent IS NOT NULL ORDER BY id').all()
    const left = [
      { key: 'stays', title: 'old', events: 1 },
      { key: 'goes on', title: 'new', events: 1 },
    ]
    expect(sessions()).toEqual(left)

    const next = new Removal(db, new StoreWriter(db)).olderThan(0, 0)
    expect(advance(next, 60_000)).toEqual({ result: 0 })
    expect(sessions()).toEqual(left)
    expect(db.prepare('SELECT count(*) AS events FROM event').get()).toEqual({ events: 2 })
    expect(db.prepare('SELECT count(*) AS sessions FROM session').get()).toEqual({ sessions: 2 })
  })
})

const promptOf = (session: string, prompt: string, seconds: number) => {
  const attributes = attributesOf({ 'event.name': 'codex.user_prompt', 'conversation.id': session, prompt })
  const message = { resourceLogs: [{ scopeLogs: [{ logRecords: [{ timeUnixNano: at(seconds), attributes }] }] }] }
  return decodeRequest({ signal: 'logs', encoding: 'json', body: Buffer.from(JSON.stringify(message)) })
}
