import { keepRecords, recodeRequest, type SignalName } from '@codex/otlp-receiver'
import { beforeEach, expect, it } from 'vitest'
import { answer } from '../queries/queries.ts'
import { capturedBody } from '../testing.fixture.ts'
import { recordsOf } from './chunk.ts'
import { type Database, openToWrite } from './open-database.ts'
import type { OtlpRequest } from './requests.ts'
import { type WriterMethods, writerMethods } from './writer-methods.ts'

let db: Database
let writer: WriterMethods

beforeEach(() => {
  db = openToWrite(':memory:')
  writer = writerMethods(db)
})

const captured = (signal: SignalName): OtlpRequest => ({
  signal,
  encoding: 'binary',
  body: capturedBody('b-tool-ok', signal),
})
const count = (table: string): number => (db.prepare(`SELECT count(*) AS n FROM ${table}`).get() as { n: number }).n
const ROWS = { logs: 'event', metrics: 'point', traces: 'span' } as const

it.for(['logs', 'metrics', 'traces'] as const)('a request of %s that is sent again counts once', signal => {
  const request = captured(signal)
  const [first] = writer.storeAll([request])
  const rows = count(ROWS[signal])
  expect(rows).toBeGreaterThan(0)
  // Answered as the first time, so that the sender is done with it.
  expect(writer.storeAll([request])).toEqual([first])
  expect(count(ROWS[signal])).toBe(rows)
  expect(count('chunk')).toBe(1)
})

it('a session has the sums of what came first', () => {
  writer.storeAll([captured('logs')])
  const sums = () => answer(db, 'sessions', { from: 0, to: Number.MAX_SAFE_INTEGER, limit: 10 })
  const before = sums()
  writer.storeAll([captured('logs')])
  expect(sums()).toEqual(before)
})

it('records that are sent again are left out of a request that has others', () => {
  const whole = captured('logs')
  const half = halfOf(whole)
  writer.storeAll([half])
  const stored = count('event')
  expect(stored).toBeGreaterThan(5)
  writer.storeAll([whole])
  expect(count('event')).toBe(recordsOf({ ...whole, signal: 'logs' }).length)
})

it('equal records that are sent in one request all count', () => {
  const request = captured('logs')
  const twice = { ...request, body: Buffer.concat([request.body, request.body]) }
  writer.storeAll([twice])
  expect(count('event')).toBe(2 * recordsOf({ ...request, signal: 'logs' }).length)
})

it('an equal event of the last moment counts where the rest of its request is new', () => {
  const event = (at: number, text: string): object => ({
    timeUnixNano: `${at}000000`,
    attributes: [
      { key: 'event.name', value: { stringValue: 'codex.sse_event' } },
      { key: 'conversation.id', value: { stringValue: 'c-1' } },
      { key: 'event.kind', value: { stringValue: text } },
    ],
  })
  const request = (...logRecords: object[]): OtlpRequest => ({
    signal: 'logs',
    encoding: 'json',
    body: Buffer.from(JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] })),
  })
  const start = 1_700_000_000_000
  writer.storeAll([request(event(start, 'a'), event(start + 1, 'delta'))])
  writer.storeAll([request(event(start + 1, 'delta'), event(start + 2, 'delta'))])
  expect(count('event')).toBe(4)
  // Sent again whole: both are known, the one of the last moment among them.
  writer.storeAll([request(event(start + 1, 'delta'), event(start + 2, 'delta'))])
  expect(count('event')).toBe(4)
})

it('a request that is sent again in JSON counts once', () => {
  const binary = captured('logs')
  writer.storeAll([binary])
  const rows = count('event')
  writer.storeAll([{ signal: 'logs', encoding: 'json', body: recodeRequest('logs', binary.body, 'binary', 'json') }])
  expect(count('event')).toBe(rows)
})

/** The first half of the records of a request. */
function halfOf(request: OtlpRequest): OtlpRequest {
  const { length } = recordsOf({ ...request, signal: 'logs' })
  return { ...request, body: keepRecords('logs', request.body, request.encoding, place => place < length / 2) }
}
