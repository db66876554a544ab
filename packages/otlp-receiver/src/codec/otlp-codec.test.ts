import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { sampleRequest } from '../testing/otlp-requests.ts'
import { countRecords } from './count-records.ts'
import type { Encoding } from './encoding.ts'
import { decodeBinary, decodeJson, encodeBinary, encodeJson } from './otlp-codec.ts'
import type { MessageName } from './otlp-messages.ts'
import { decodeRecords } from './read-records.ts'
import { SIGNALS, type SignalName } from './signals.ts'

// Requests of the Codex CLI as a server received them; the two in JSON are cut to their first records.
const CAPTURED: [file: string, signal: SignalName, encoding: Encoding, records: number][] = [
  ['logs.bin', 'logs', 'binary', 18],
  ['logs.json', 'logs', 'json', 4],
  ['metrics.bin', 'metrics', 'binary', 12],
  ['metrics.json', 'metrics', 'json', 4],
  ['traces.bin', 'traces', 'binary', 64],
]
const read = (file: string): Buffer => readFileSync(new URL(`../../fixtures/${file}`, import.meta.url))

describe.each(CAPTURED)('the captured request %s', (file, signal, encoding, records) => {
  it('decodes to its records, and the record count agrees', () => {
    expect(decodeRecords(signal, read(file), encoding)).toHaveLength(records)
    expect(countRecords(signal, read(file), encoding)).toBe(records)
  })

  it('stays the same when the codec writes and reads it in both encodings', () => {
    const name = SIGNALS[signal].request
    const message = encoding === 'json' ? decodeJson(name, read(file).toString()) : decodeBinary(name, read(file))
    const binary = encodeBinary(name, message)
    expect(encodeBinary(name, decodeJson(name, encodeJson(name, message)))).toEqual(binary)
    // The same length: the codec knows every field of the request.
    if (encoding === 'binary') expect(binary.length).toBe(read(file).length)
  })
})

it('the codec reads names, types and values of captured records', () => {
  const logs = decodeRecords('logs', read('logs.bin'), 'binary')
  const request = logs.find(log => log.attributes['event.name']?.value === 'codex.api_request')
  expect(request?.attributes).toMatchObject({
    attempt: { type: 'int', value: 0 },
    'auth.header_attached': { type: 'bool', value: true },
    'conversation.id': { type: 'string', value: '01a20484-7f65-70c0-9b06-614c7d38c0fd' },
  })
  expect(request?.resource.attributes['service.name']).toEqual({ type: 'string', value: 'codex_exec' })

  const points = decodeRecords('metrics', read('metrics.bin'), 'binary')
  expect(points[0]).toMatchObject({ name: 'codex.auth.selection', kind: 'sum', monotonic: true, temporality: 'delta' })
  expect(points.at(-1)).toMatchObject({
    kind: 'histogram',
    unit: 'ms',
    count: 1,
    description: 'Duration in milliseconds.',
  })

  const [span] = decodeRecords('traces', read('traces.bin'), 'binary')
  expect(span).toMatchObject({ kind: 'internal', traceId: 'c6ffedec792a6d8010e4aed288de60ae' })
})

describe('OTLP/JSON', () => {
  const record = (fields: object): string =>
    JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [fields] }], novelty: 1 }] })
  const decode = (fields: object) => decodeRecords('logs', Buffer.from(record(fields)), 'json')[0]

  it('is written with ids in hex, 64-bit integers as text and enumerations as numbers', () => {
    const json = JSON.parse(Buffer.from(sampleRequest('logs', 'json')).toString())
    expect(json.resourceLogs[0].scopeLogs[0].logRecords[0]).toMatchObject({
      timeUnixNano: '1700000000000000001',
      severityNumber: 9,
      traceId: '000102030405060708090a0b0c0d0e0f',
    })
  })

  it('is read with upper-case ids, integers as numbers, nulls and unknown keys', () => {
    expect(
      decode({ timeUnixNano: 5, traceId: 'ABCDEF00000000000000000000000000', body: null, eventName: 'x', news: {} }),
    ).toMatchObject({ timeUnixNano: 5n, traceId: 'abcdef00000000000000000000000000', body: undefined, eventName: 'x' })
  })

  it('is refused with the name of an enumeration value, and its snake-case keys are unknown', () => {
    expect(() => decode({ severityNumber: 'SEVERITY_NUMBER_INFO' })).toThrow('severityNumber')
    expect(decode({ event_name: 'x' })?.eventName).toBe('')
  })
})

it('the codec refuses messages nested too deep, in both encodings', () => {
  let value = Buffer.from([0x0a, 0])
  for (let depth = 0; depth < 2000; depth++) {
    const prefixed = encodeBinary('AnyValue', { value: { case: 'bytesValue', value } })
    // Field 7 holds bytes, field 5 an array of values: the same form.
    prefixed[0] = depth % 2 === 0 ? 0x0a : 0x2a
    value = Buffer.from(prefixed)
  }
  expect(() => decodeBinary('AnyValue', value)).toThrow()
  const deep = `{"arrayValue":{"values":[`.repeat(2000) + ']}}'.repeat(2000)
  expect(() => decodeJson('AnyValue', deep)).toThrow('maximum recursion depth')
})

it('the codec names the unknown message that it was asked for', () => {
  expect(() => decodeBinary('LogsData' as MessageName, new Uint8Array())).toThrow('"LogsData" is not an OTLP message')
})
