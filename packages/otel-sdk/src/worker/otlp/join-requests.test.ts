import { resourceFromAttributes } from '@opentelemetry/resources'
import { describe, expect, it } from 'vitest'
import { inOnePiece } from './chunks.ts'
import { countRecords } from './count-records.ts'
import { MalformedMessageError } from './field-reader.ts'
import { joinRequests } from './join-requests.ts'
import { toOtlpJson } from './otlp-json.ts'
import { idsIn, logRequest, metricRequest, spanRequest } from './otlp-requests.fixture.ts'
import { splitRequest } from './split-request.ts'

const ids = (request: Uint8Array) => idsIn(toOtlpJson(request, 'logs'))
const range = (length: number) => Array.from({ length }, (_, index) => index)
/** The joined request in one piece. */
const joinedOf = (requests: readonly Uint8Array[]): Uint8Array => inOnePiece(joinRequests(requests))

describe('countRecords', () => {
  it('counts log records, spans and data points', () => {
    expect(countRecords(logRequest(range(300)), 'logs')).toBe(300)
    expect(countRecords(spanRequest(['a', 'b']), 'traces')).toBe(2)
    expect(countRecords(metricRequest(5), 'metrics')).toBe(8)
    expect(countRecords(new Uint8Array(), 'logs')).toBe(0)
  })

  it('refuses bytes that are no request', () => {
    expect(() => countRecords(Uint8Array.from([10, 5, 1]), 'logs')).toThrow(MalformedMessageError)
    expect(() => countRecords(new Uint8Array(64).fill(0xff), 'logs')).toThrow(MalformedMessageError)
  })
})

describe('joinRequests', () => {
  it('brings neighbours with the same resource and scope under one', () => {
    expect(Buffer.from(joinedOf([logRequest([1, 2]), logRequest([3]), logRequest([4])]))).toEqual(
      Buffer.from(logRequest([1, 2, 3, 4])),
    )
  })

  it('keeps different resources apart and everything in order', () => {
    const other = resourceFromAttributes({ 'service.name': 'other' })
    const joined = joinedOf([logRequest([1]), logRequest([2], {}, other), logRequest([3], {}, other), logRequest([4])])
    expect(ids(joined)).toEqual([1, 2, 3, 4])
    expect(JSON.parse(new TextDecoder().decode(toOtlpJson(joined, 'logs'))).resourceLogs).toHaveLength(3)
  })

  it('joins metrics and spans as well', () => {
    expect(countRecords(joinedOf([metricRequest(2), metricRequest(3)]), 'metrics')).toBe(5 + 6)
    expect(Buffer.from(joinedOf([spanRequest(['a']), spanRequest(['b', 'c'])]))).toEqual(
      Buffer.from(spanRequest(['a', 'b', 'c'])),
    )
  })
})

describe('splitRequest', () => {
  it('halves a request at a record border, resource and scope repeated', () => {
    const [first, second] = splitRequest(logRequest([1, 2, 3, 4, 5]), 'logs') ?? []
    expect(Buffer.from(first ?? [])).toEqual(Buffer.from(logRequest([1, 2])))
    expect(Buffer.from(second ?? [])).toEqual(Buffer.from(logRequest([3, 4, 5])))
  })

  it('halves spans, and metrics between data points', () => {
    const halves = splitRequest(spanRequest(['a', 'b']), 'traces') ?? []
    expect(halves.map(half => countRecords(half, 'traces'))).toEqual([1, 1])
    const points = splitRequest(metricRequest(10), 'metrics') ?? []
    expect(points.map(half => countRecords(half, 'metrics'))).toEqual([6, 7])
    const text = points.map(half => new TextDecoder().decode(toOtlpJson(half, 'metrics')))
    // The sum is in both halves with all that makes it a sum; what lies wholly in one half is only there.
    expect(text.map(half => half.includes('"isMonotonic":true'))).toEqual([true, true])
    expect(text.map(half => half.includes('"gauge"'))).toEqual([false, true])
  })

  it('leaves a single record alone', () => {
    expect(splitRequest(logRequest([1]), 'logs')).toBeUndefined()
  })

  it('loses and doubles no record, down to single ones', () => {
    const pieces = [logRequest(range(37))]
    const done: Uint8Array[] = []
    for (let piece = pieces.shift(); piece !== undefined; piece = pieces.shift()) {
      const halves = splitRequest(piece, 'logs')
      if (halves === undefined) done.push(piece)
      else pieces.unshift(...halves)
    }
    expect(done).toHaveLength(37)
    expect(ids(joinedOf(done))).toEqual(range(37))
  })
})
