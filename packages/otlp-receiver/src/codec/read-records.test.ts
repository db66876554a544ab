import { readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyJson, anyWire, corrupted } from '../testing/any-requests.ts'
import { encodeLogs } from '../testing/otlp-requests.ts'
import { reflectRecords } from '../testing/reflection/reflect-records.ts'
import type { Encoding } from './encoding.ts'
import { MalformedRequest } from './malformed-request.ts'
import { encodeBinary, encodeJson } from './otlp-codec.ts'
import type { OtlpMessageInit } from './otlp-messages.ts'
import { decodeRecords, readRecords } from './read-records.ts'
import { SIGNAL_NAMES, SIGNALS, type SignalName } from './signals.ts'

const RUNS = 150
/** A seed of its own for each run would make a failure hard to find again. */
const SEED = 20_261_129

interface Outcome {
  records?: readonly unknown[]
  refused?: string
}

function outcomeOf(read: () => readonly unknown[]): Outcome {
  try {
    return { records: read() }
  } catch (error) {
    return { refused: String(error) }
  }
}

/** Both refuse, or both give the same. Returns whether they refused. */
function compare(signal: SignalName, body: Uint8Array, encoding: Encoding): boolean {
  const direct = outcomeOf(() => decodeRecords(signal, body, encoding))
  const reflected = outcomeOf(() => reflectRecords(signal, body, encoding))
  const same = direct.records ? isDeepStrictEqual(direct, reflected) : reflected.refused !== undefined
  // Only of two that differ, as it is slow.
  if (!same) expect(direct).toEqual(reflected)
  expect(same).toBe(true)
  return direct.refused !== undefined
}

/** Checks requests, and returns how many of them were refused. */
function check(requests: fc.Arbitrary<Uint8Array>, signal: SignalName, encoding: Encoding): number {
  let refused = 0
  const property = fc.property(requests, body => {
    if (compare(signal, body, encoding)) refused += 1
  })
  fc.assert(property, { numRuns: RUNS, seed: SEED })
  return refused
}

describe.each(SIGNAL_NAMES)('the direct readers and the reflecting codec agree on requests of %s', signal => {
  const wire = anyWire(SIGNALS[signal].request)
  const json = (wrong: number): fc.Arbitrary<Uint8Array> =>
    anyJson(SIGNALS[signal].request, wrong).map(message => Buffer.from(JSON.stringify(message)))

  it('in binary, with fields in any order and unknown ones', () => {
    expect(check(wire, signal, 'binary')).toBe(0)
  })

  it('in binary, corrupted or cut off', () => {
    expect(check(corrupted(wire), signal, 'binary')).toBeGreaterThan(RUNS / 10)
  })

  it('in binary, of any bytes at all', () => {
    expect(check(fc.uint8Array({ minLength: 1, maxLength: 40 }), signal, 'binary')).toBeGreaterThan(RUNS / 2)
  })

  it('in JSON, with unknown keys', () => {
    expect(check(json(0), signal, 'json')).toBe(0)
  })

  it('in JSON, with wrong values', () => {
    expect(check(json(2), signal, 'json')).toBeGreaterThan(RUNS / 20)
  })

  it('in JSON, corrupted or cut off', () => {
    expect(check(corrupted(json(0)), signal, 'json')).toBeGreaterThan(RUNS / 10)
  })
})

it.each([
  ['logs', 'logs.bin', 'binary'],
  ['logs', 'logs.json', 'json'],
  ['metrics', 'metrics.bin', 'binary'],
  ['metrics', 'metrics.json', 'json'],
  ['traces', 'traces.bin', 'binary'],
] as const)('both agree on the captured request of %s in %s', (signal, file, encoding) => {
  const body = readFileSync(new URL(`../../fixtures/${file}`, import.meta.url))
  expect(compare(signal, body, encoding)).toBe(false)
})

type AnyValue = OtlpMessageInit<'AnyValue'>

function requestWith(value: AnyValue, encoding: Encoding): Uint8Array {
  const attributes = [{ key: 'a', value }]
  const request = { resourceLogs: [{ scopeLogs: [{ logRecords: [{ attributes }] }] }] }
  const name = 'ExportLogsServiceRequest'
  return encoding === 'json' ? Buffer.from(encodeJson(name, request)) : encodeBinary(name, request)
}

function nested(lists: number): AnyValue {
  let value: AnyValue = { value: { case: 'boolValue', value: true } }
  for (let level = 0; level < lists; level++) value = { value: { case: 'arrayValue', value: { values: [value] } } }
  return value
}

describe.each(['binary', 'json'] as const)('a limit on records in %s', encoding => {
  const read = (body: Uint8Array, limits: object): number => readRecords('logs', body, encoding, () => {}, limits)

  it('holds for values within values', () => {
    expect(read(requestWith(nested(3), encoding), { depth: 3 })).toBe(1)
    expect(() => read(requestWith(nested(4), encoding), { depth: 3 })).toThrow('values nested deeper than 3')
    expect(() => read(requestWith(nested(33), encoding), {})).toThrow(MalformedRequest)
    // 47 lists are 99 messages, 48 are 101, as the reflecting codec counts them too.
    expect(compare('logs', requestWith(nested(47), encoding), encoding)).toBe(false)
    expect(compare('logs', requestWith(nested(48), encoding), encoding)).toBe(true)
  })

  it('holds for the attributes of one record, and for each record anew', () => {
    expect(read(encodeLogs(3, encoding), { attributes: 9 })).toBe(3)
    expect(() => read(encodeLogs(1, encoding), { attributes: 8 })).toThrow('more than 8 attributes')
  })

  it('holds for all values of one record', () => {
    expect(read(encodeLogs(3, encoding), { values: 11 })).toBe(3)
    expect(() => read(encodeLogs(1, encoding), { values: 10 })).toThrow('more than 10 values')
  })
})

it('the reader visits the records before a malformed one, and lets through what the visitor throws', () => {
  const body = Buffer.concat([encodeLogs(2), Uint8Array.of(0x0a, 0x7f)])
  const names: string[] = []
  expect(() => readRecords('logs', body, 'binary', log => names.push(log.eventName))).toThrow(MalformedRequest)
  expect(names).toHaveLength(2)
  const full = new Error('full')
  const fail = (): never => {
    throw full
  }
  expect(() => readRecords('logs', encodeLogs(1), 'binary', fail)).toThrow(full)
})

it('a resource in many pieces takes no more than its bytes allow', () => {
  // A million resources of four bytes each, in one message.
  const piece = Uint8Array.of(0x0a, 0x02, 0x10, 0x01)
  const pieces = Buffer.alloc(4_000_000, piece)
  const body = Buffer.concat([Uint8Array.of(0x0a, 0x80, 0x92, 0xf4, 0x01), pieces])
  expect(readRecords('logs', body, 'binary', () => {})).toBe(0)
})
