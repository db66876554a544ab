import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyJson, anyWire } from '../testing/any-requests.ts'
import { decodeRecords } from './read-records.ts'
import { recodeRequest } from './recode-request.ts'
import type { AttributeValue } from './records.ts'
import { REDACTED, redactRequest } from './redact-request.ts'
import { SIGNAL_NAMES, SIGNALS, type SignalName } from './signals.ts'

const SEED = 20_261_129
const fixture = (signal: SignalName): Buffer => readFileSync(new URL(`../../fixtures/${signal}.bin`, import.meta.url))

/** Every value of attributes, bodies and messages of errors in records. */
function valuesIn(node: unknown): AttributeValue[] {
  if (node === null || typeof node !== 'object' || node instanceof Uint8Array) return []
  const { type, value, message } = node as { type?: string; value?: unknown; message?: unknown }
  if (type === 'array' || type === 'kvlist') return valuesIn(value)
  if (typeof type === 'string' && 'value' in node) return [node as AttributeValue]
  const own: AttributeValue[] =
    typeof message === 'string' && message !== '' ? [{ type: 'string', value: message }] : []
  return [...own, ...Object.values(node).flatMap(valuesIn)]
}

const isHidden = ({ type, value }: AttributeValue): boolean => type === 'string' && value === REDACTED

describe.each(SIGNAL_NAMES)('a request of %s', signal => {
  it('is what it was where nothing is hidden', () => {
    const binary = fixture(signal)
    const json = recodeRequest(signal, binary, 'binary', 'json')
    for (const [body, encoding] of [
      [binary, 'binary'],
      [json, 'json'],
    ] as const) {
      const redacted = redactRequest(signal, body, encoding, () => false)
      expect(decodeRecords(signal, redacted, encoding)).toEqual(decodeRecords(signal, body, encoding))
    }
  })

  it('has no value left where all are hidden, whatever it looks like', () => {
    const { request } = SIGNALS[signal]
    const requests = fc.oneof(
      anyWire(request).map(body => ({ body, encoding: 'binary' as const })),
      anyJson(request, 0).map(message => ({ body: Buffer.from(JSON.stringify(message)), encoding: 'json' as const })),
    )
    let hidden = 0
    fc.assert(
      fc.property(requests, ({ body, encoding }) => {
        const redacted = redactRequest(signal, body, encoding, () => true)
        const records: unknown[] = decodeRecords(signal, redacted, encoding)
        expect(records).toHaveLength(decodeRecords(signal, body, encoding).length)
        const values = valuesIn(records)
        expect(values.filter(value => !isHidden(value) && value.type !== 'empty')).toEqual([])
        hidden += values.length
      }),
      { numRuns: 200, seed: SEED },
    )
    expect(hidden).toBeGreaterThan(100)
  })
})

describe('what is hidden', () => {
  const text = (value: string) => ({ stringValue: value })
  const log = (...attributes: object[]): Buffer =>
    Buffer.from(
      JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: text('my body'), attributes }] }] }] }),
    )

  const hides = (key: string, value: string | undefined): boolean => key === 'prompt' || value?.includes(' ') === true

  it.each(['json', 'binary'] as const)('is decided by the key and the text, at any depth, in %s', encoding => {
    const json = log(
      { key: 'prompt', value: { intValue: '7' } },
      { key: 'model', value: text('gpt-5') },
      { key: 'note', value: text('two words') },
      { key: 'count', value: { intValue: '7' } },
      { key: 'list', value: { arrayValue: { values: [text('one'), text('two words'), { boolValue: true }] } } },
      {
        key: 'map',
        value: {
          kvlistValue: {
            values: [
              { key: 'prompt', value: text('x') },
              { key: 'id', value: text('y') },
            ],
          },
        },
      },
      { key: 'bytes', value: { bytesValue: 'c2VjcmV0' } },
      { key: 'none' },
    )
    const body = encoding === 'json' ? json : recodeRequest('logs', json, 'json', 'binary')
    const [record] = decodeRecords('logs', redactRequest('logs', body, encoding, hides), encoding)
    const hidden = { type: 'string', value: REDACTED }
    expect(record?.body).toEqual(hidden)
    expect(record?.attributes).toEqual({
      ...{ prompt: hidden, model: { type: 'string', value: 'gpt-5' }, note: hidden, count: { type: 'int', value: 7 } },
      list: { type: 'array', value: [{ type: 'string', value: 'one' }, hidden, { type: 'bool', value: true }] },
      map: { type: 'kvlist', value: { prompt: hidden, id: { type: 'string', value: 'y' } } },
      ...{ bytes: hidden, none: { type: 'empty', value: undefined } },
    })
  })

  it('is what a field has that OTLP does not know', () => {
    const unknown = Buffer.concat([fixture('logs'), Buffer.from([0x9a, 0x06, 6]), Buffer.from('secret')])
    expect(Buffer.from(redactRequest('logs', unknown, 'binary', () => false)).includes('secret')).toBe(false)
    const json = Buffer.from('{"resourceLogs":[],"other":"secret"}')
    expect(Buffer.from(redactRequest('logs', json, 'json', () => false)).toString()).toBe('{"resourceLogs":[]}')
  })
})
