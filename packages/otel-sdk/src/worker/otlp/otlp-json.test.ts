import {
  JsonLogsSerializer,
  JsonMetricsSerializer,
  JsonTraceSerializer,
  ProtobufLogsSerializer,
} from '@opentelemetry/otlp-transformer'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MalformedMessageError } from './field-reader.ts'
import { toOtlpJson } from './otlp-json.ts'
import { logRecord, logRequest, metricRequest, metrics, spanRequest, spans } from './otlp-requests.fixture.ts'

const parse = (bytes: Uint8Array | undefined): unknown => JSON.parse(new TextDecoder().decode(bytes))

/** The official serializer writes 64-bit integers other than times as JSON numbers; the specification asks for strings. */
const int64 = new Set(['intValue', 'asInt', 'count', 'zeroCount', 'bucketCounts'])

function asSpecified(json: unknown, name = ''): unknown {
  if (Array.isArray(json)) return json.map(item => asSpecified(item, name))
  if (typeof json === 'number' && int64.has(name)) return String(json)
  if (typeof json !== 'object' || json === null) return json
  return Object.fromEntries(
    Object.entries(json)
      // Protobuf has no empty lists, and a record without a body has none on the wire.
      .filter(
        ([key, value]) =>
          !(Array.isArray(value) && value.length === 0) && JSON.stringify({ [key]: value }) !== '{"body":{}}',
      )
      .map(([key, value]) => [key, asSpecified(value, key)]),
  )
}

describe('toOtlpJson', () => {
  it('gives for logs what the official JSON serializer gives', () => {
    const attributes = {
      text: 'quotes " and \\ and \u0000 and ünïcödé 🤖',
      empty: '',
      flag: false,
      negative: -7,
      large: Number.MAX_SAFE_INTEGER,
      ratio: 0.1,
      bytes: Uint8Array.from([0, 255, 1]),
      list: ['a', 1, [true]],
      map: { inner: { deep: 'x' } },
    }
    const records = [logRecord(1, attributes), logRecord(2), { ...logRecord(3), body: { text: 'body' } }]
    const request = ProtobufLogsSerializer.serializeRequest(records) ?? new Uint8Array()
    expect(parse(toOtlpJson(request, 'logs'))).toEqual(asSpecified(parse(JsonLogsSerializer.serializeRequest(records))))
  })

  it('gives for metrics and spans what the official JSON serializers give', () => {
    expect(parse(toOtlpJson(metricRequest(3), 'metrics'))).toEqual(
      asSpecified(parse(JsonMetricsSerializer.serializeRequest(metrics(3)))),
    )
    expect(parse(toOtlpJson(spanRequest(['a', 'b']), 'traces'))).toEqual(
      asSpecified(parse(JsonTraceSerializer.serializeRequest(spans(['a', 'b'])))),
    )
  })

  it('writes numbers that JSON does not have as texts', () => {
    const json = new TextDecoder().decode(toOtlpJson(logRequest([1], { nan: Number.NaN, inf: -Infinity }), 'logs'))
    expect(json).toContain('{"doubleValue":"NaN"}')
    expect(json).toContain('{"doubleValue":"-Infinity"}')
  })

  it('refuses bytes that are no request', () => {
    const request = logRequest([1])
    expect(() => toOtlpJson(request.subarray(0, request.length - 3), 'logs')).toThrow(MalformedMessageError)
    expect(() => toOtlpJson(Uint8Array.from([0x0f]), 'logs')).toThrow(MalformedMessageError)
    const nested = Array.from({ length: 500 }).reduce<unknown>(inner => [inner], 'x')
    expect(() => toOtlpJson(logRequest([1], { nested }), 'logs')).toThrow(MalformedMessageError)
  })

  it('gives valid JSON or refuses when bytes are damaged', () => {
    const requests = {
      logs: logRequest([1, 2], { list: ['a"', 1] }),
      metrics: metricRequest(2),
      traces: spanRequest(['a']),
    }
    const change = fc.record({ signal: fc.constantFrom('logs', 'metrics', 'traces'), at: fc.nat(), to: fc.nat(255) })
    fc.assert(
      fc.property(change, ({ signal, at, to }) => {
        const bytes = requests[signal].slice()
        bytes[at % bytes.length] = to
        try {
          parse(toOtlpJson(bytes, signal))
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedMessageError)
        }
      }),
      { numRuns: 2_000 },
    )
  })
})
