import { join } from 'node:path'
import { expect, it } from 'vitest'
import { ALL_TIME } from '../queries/dialect.ts'
import { answer } from '../queries/queries.ts'
import type { SessionRow } from '../queries/sessions.ts'
import { testFolder } from '../testing.fixture.ts'
import { type Database, openToWrite } from './open-database.ts'
import type { OtlpRequest } from './requests.ts'
import { writerMethods } from './writer-methods.ts'

const NOW = '1700000000000000000'
const HIGHEST = '18446744073709551615'

const texts = (values: Record<string, string>): object[] =>
  Object.entries(values).map(([key, value]) => ({ key, value: { stringValue: value } }))

function requestOf(signal: OtlpRequest['signal'], records: object): OtlpRequest {
  const [resource, scope, name] = {
    logs: ['resourceLogs', 'scopeLogs', 'logRecords'],
    metrics: ['resourceMetrics', 'scopeMetrics', 'metrics'],
    traces: ['resourceSpans', 'scopeSpans', 'spans'],
  }[signal] as [string, string, string]
  const body = Buffer.from(JSON.stringify({ [resource]: [{ [scope]: [{ [name]: [records] }] }] }))
  return { signal, encoding: 'json', body }
}

const event = (values: Record<string, string>, timeUnixNano = NOW): OtlpRequest =>
  requestOf('logs', {
    timeUnixNano,
    attributes: texts({ 'event.name': 'codex.sse_event', 'conversation.id': 'c', ...values }),
  })

const span = (tokens: object, endTimeUnixNano: string): OtlpRequest =>
  requestOf('traces', {
    ...{ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), name: 'chat', startTimeUnixNano: NOW, endTimeUnixNano },
    attributes: [
      ...texts({ 'gen_ai.operation.name': 'chat', 'gen_ai.conversation.id': 'c' }),
      { key: 'gen_ai.usage.input_tokens', value: tokens },
    ],
  })

const histogram = (count: string): OtlpRequest =>
  requestOf('metrics', {
    name: 'h',
    histogram: { aggregationTemporality: 2, dataPoints: [{ timeUnixNano: NOW, count, bucketCounts: [count] }] },
  })

const sessionsIn = (db: Database): object[] => answer(db, 'sessions', { ...ALL_TIME, limit: 9 })

it.each<[string, OtlpRequest]>([
  ['a count beyond all integers', event({ input_token_count: '1e30' })],
  ['a count that a number has not exactly', event({ output_token_count: '9000000000000000000' })],
  ['a count below zero', event({ input_token_count: '-5' })],
  ['a status beyond all integers', event({ 'http.response.status_code': '1e300' })],
  ['a duration near the highest number', event({ duration_ms: '1e308' })],
  ['the highest time', event({}, HIGHEST)],
  ['a span with a part of a token', span({ doubleValue: 1.5 }, HIGHEST)],
  ['a span with the most tokens that there can be', span({ intValue: '9223372036854775807' }, '0')],
  ['a histogram with the highest count', histogram(HIGHEST)],
])('a record with %s is stored, and its session is read and goes on', (_, request) => {
  const db = openToWrite(':memory:')
  const writer = writerMethods(db)
  expect(writer.storeAll([request])).toEqual([{ records: 1 }])
  expect(writer.storeAll([event({ input_token_count: '2', 'event.kind': 'later' })])).toEqual([{ records: 1 }])
  expect(sessionsIn(db)).toMatchObject([{ conversation_id: 'c', input_tokens: expect.toBeOneOf([2, 4]) }])
})

it('names and ids that are too long for any are kept by their beginnings, which whole characters make up', () => {
  const db = openToWrite(':memory:')
  const writer = writerMethods(db)
  const long = `x${'\u{1f600}'.repeat(100_000)}`
  const names = { 'conversation.id': long, model: long, tool_name: long, call_id: long, decision: long, source: long }
  const resource = { attributes: texts({ 'service.name': long }) }
  const record = { timeUnixNano: NOW, attributes: texts({ ...names, 'event.name': 'codex.user_prompt', prompt: long }) }
  const message = { resourceLogs: [{ resource, scopeLogs: [{ logRecords: [record] }] }] }
  const body = Buffer.from(JSON.stringify(message))
  expect(writer.storeAll([{ signal: 'logs', encoding: 'json', body }])).toEqual([{ records: 1 }])
  const [session] = sessionsIn(db) as [SessionRow]
  const [event] = answer(db, 'timeline', {
    ...{ session: session.conversation_id, stream: 1, after: 0, limit: 9, offset: 0 },
  } as const)
  for (const row of [session, event]) {
    const written = Object.values(row ?? {}).filter(value => typeof value === 'string')
    expect(Math.max(...written.map(({ length }) => length))).toBe(1_000)
    // SQLite has another character in place of a half one.
    expect(written.join('')).not.toContain('\ufffd')
  }
})

it('a record that the tables do not take is refused alone, on the wire and in a file', () => {
  const db = openToWrite(':memory:')
  const writer = writerMethods(db)
  db.exec("CREATE TRIGGER no BEFORE INSERT ON event WHEN NEW.call = 'bad' BEGIN SELECT RAISE(ABORT, 'not this'); END")
  const good = event({ call_id: 'good' })
  const bad = event({ call_id: 'bad' })
  const reason = 'a record cannot be stored: not this'
  expect(writer.storeAll([good, bad])).toEqual([{ records: 1 }, { malformed: reason }])
  const file = Buffer.concat([bad.body, Buffer.from('\n'), event({ call_id: 'other' }).body])
  expect(writer.importPart({ form: 'lines', bytes: file })).toMatchObject({ logs: 1, refused: [{ line: 0, reason }] })
  expect(sessionsIn(db)).toMatchObject([{ events: 2 }])
})

it('two writers of one file add to the same sessions, words and numbers', () => {
  const path = join(testFolder(), 'store.db')
  const databases = [openToWrite(path), openToWrite(path)]
  const writers = databases.map(db => writerMethods(db))
  for (let round = 0; round < 6; round++) {
    const request = event({ input_token_count: '1', 'event.kind': `kind ${round}` })
    expect(writers[round % 2]?.storeAll([request])).toEqual([{ records: 1 }])
  }
  expect(sessionsIn(databases[0] as Database)).toMatchObject([{ events: 6, input_tokens: 6 }])
  for (const db of databases) db.close()
})
