import { gzipSync } from 'node:zlib'
import { OTLPLogExporter as GrpcExporter } from '@opentelemetry/exporter-logs-otlp-grpc'
import { OTLPLogExporter as JsonExporter } from '@opentelemetry/exporter-logs-otlp-http'
import { OTLPLogExporter as ProtoExporter } from '@opentelemetry/exporter-logs-otlp-proto'
import { LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { decodeBinary, decodeJson } from '../codec/otlp-codec.ts'
import { SIGNAL_NAMES } from '../codec/signals.ts'
import { openHttp, send } from '../testing/otlp-client.ts'
import { encodeLogs, sampleRequest } from '../testing/otlp-requests.ts'
import { type Receiver, startReceiver } from './start-receiver.ts'

let receiver: Receiver
beforeAll(async () => {
  receiver = await startReceiver({ paths: { '/ingest': 'logs' }, maxBodyBytes: 100_000, maxDecodedBytes: 200_000 })
})
afterEach(() => receiver.reset())
afterAll(() => receiver.close())

const COUNTS = { logs: 1, metrics: 5, traces: 1 }
const ROUTES = [
  { transport: 'http', encoding: 'binary', gzip: false },
  { transport: 'http', encoding: 'binary', gzip: true },
  { transport: 'http', encoding: 'binary', gzip: false, chunked: true },
  { transport: 'http', encoding: 'json', gzip: false },
  { transport: 'http', encoding: 'json', gzip: true, chunked: true },
  { transport: 'grpc', encoding: 'binary', gzip: false },
  { transport: 'grpc', encoding: 'binary', gzip: true },
] as const

describe.each(ROUTES)('$transport, $encoding, gzip $gzip', ({ transport, ...options }) => {
  it.each(SIGNAL_NAMES)('the receiver stores and answers a request of %s', async signal => {
    const body = sampleRequest(signal, options.encoding)
    const reply = await send(receiver, transport, signal, body, { ...options, headers: { 'x-token': 'abc' } })

    expect(reply.status).toBe(transport === 'http' ? 200 : 0)
    expect(reply.body.toString()).toBe(options.encoding === 'json' ? '{}' : '')
    expect(receiver.counts[signal]).toBe(COUNTS[signal])
    const [request] = receiver.requests
    expect(request).toMatchObject({
      signal,
      transport,
      contentEncoding: options.gzip ? 'gzip' : 'identity',
      recordCount: COUNTS[signal],
      stored: true,
      outcome: 'answered',
      status: reply.status,
    })
    expect(request?.headers['x-token']).toBe('abc')
    if (!options.gzip) expect(Buffer.from(request?.body ?? [])).toEqual(Buffer.from(body))
    expect('transfer-encoding' in (request?.headers ?? {})).toBe('chunked' in options)
  })

  it('the receiver decodes log records with the types of their attributes', async () => {
    await send(receiver, transport, 'logs', sampleRequest('logs', options.encoding), options)
    expect(receiver.logs).toEqual([
      {
        eventName: 'codex.user_prompt',
        timeUnixNano: 1_700_000_000_000_000_001n,
        observedTimeUnixNano: 1_700_000_000_000_000_002n,
        severityNumber: 9,
        severityText: 'INFO',
        body: { type: 'string', value: 'hello' },
        attributes: {
          text: { type: 'string', value: 'größer' },
          int: { type: 'int', value: -7 },
          large: { type: 'int', value: 9_007_199_254_740_993n },
          flag: { type: 'bool', value: false },
          double: { type: 'double', value: 2 },
          bytes: { type: 'bytes', value: Uint8Array.of(0, 255) },
          list: { type: 'array', value: [{ type: 'int', value: 0 }] },
          map: { type: 'kvlist', value: expect.anything() },
          nothing: { type: 'empty', value: undefined },
        },
        droppedAttributesCount: 0,
        flags: 0,
        traceId: '000102030405060708090a0b0c0d0e0f',
        spanId: '0001020304050607',
        resource: {
          attributes: { 'service.name': { type: 'string', value: 'agent' } },
          droppedAttributesCount: 0,
          schemaUrl: '',
        },
        scope: { name: 'codex', version: '1', attributes: {}, schemaUrl: '' },
      },
    ])
    expect(Object.entries(receiver.logs[0]?.attributes.map?.value ?? {})).toEqual([
      ['__proto__', { type: 'string', value: 'x' }],
    ])
  })

  it('the receiver decodes metric points of each kind', async () => {
    await send(receiver, transport, 'metrics', sampleRequest('metrics', options.encoding), options)
    const ids = { traceId: '000102030405060708090a0b0c0d0e0f', spanId: '0001020304050607' }
    expect(receiver.metrics).toMatchObject([
      {
        kind: 'sum',
        name: 'sum',
        description: 'a sum',
        unit: '1',
        temporality: 'delta',
        monotonic: true,
        value: 3,
        valueType: 'int',
        startTimeUnixNano: 1n,
        timeUnixNano: 2n,
        scope: { name: 'codex' },
      },
      { kind: 'gauge', name: 'gauge', value: 3, valueType: 'double' },
      {
        kind: 'histogram',
        temporality: 'cumulative',
        count: 3,
        sum: 6,
        min: 0,
        max: undefined,
        bounds: [5],
        bucketCounts: [1, 2],
        exemplars: [{ value: 4, timeUnixNano: 2n, ...ids }],
      },
      {
        kind: 'exponentialHistogram',
        temporality: 'delta',
        count: 4,
        sum: 9,
        scale: -2,
        zeroCount: 1,
        zeroThreshold: 0.5,
        positive: { offset: -3, bucketCounts: [1, 2] },
        negative: { offset: 0, bucketCounts: [] },
      },
      { kind: 'summary', count: 2, sum: 3, quantiles: [{ quantile: 0.5, value: 1 }] },
    ])
  })

  it('the receiver decodes spans', async () => {
    await send(receiver, transport, 'traces', sampleRequest('traces', options.encoding), options)
    expect(receiver.spans).toMatchObject([
      {
        name: 'turn',
        kind: 'client',
        traceId: '000102030405060708090a0b0c0d0e0f',
        spanId: '0001020304050607',
        parentSpanId: '0001020304050607',
        events: [{ name: 'retry', timeUnixNano: 2n }],
        links: [{ traceId: '000102030405060708090a0b0c0d0e0f' }],
        status: { code: 'error', message: 'failed' },
      },
    ])
  })
})

describe('the receiver understands the official log exporter', () => {
  it.each([
    ['binary', () => new ProtoExporter({ url: receiver.logsUrl })],
    ['json', () => new JsonExporter({ url: receiver.logsUrl })],
    ['grpc', () => new GrpcExporter({ url: receiver.grpcUrl })],
  ] as const)('%s', async (_name, create) => {
    const provider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter: create() })] })
    provider.getLogger('codex').emit({ eventName: 'codex.tool_result', attributes: { count: 3, ratio: 0.5 } })
    const [log] = await receiver.waitForLogs(1)
    await provider.shutdown()
    expect(log).toMatchObject({
      eventName: 'codex.tool_result',
      attributes: { count: { type: 'int', value: 3 }, ratio: { type: 'double', value: 0.5 } },
      scope: { name: 'codex' },
    })
  })
})

describe('HTTP paths and gRPC methods', () => {
  it('a path has the signal of its ending, or the one of the option `paths`', async () => {
    for (const path of ['/otlp/v1/logs', '/v1/logs?key=1', '/ingest']) {
      expect((await send(receiver, 'http', 'logs', sampleRequest('logs'), { path })).status).toBe(200)
    }
    expect(receiver.requests.map(({ path, signal }) => [path, signal])).toEqual([
      ['/otlp/v1/logs', 'logs'],
      ['/v1/logs', 'logs'],
      ['/ingest', 'logs'],
    ])
  })

  it('the receiver refuses and records a request whose path or method has no signal', async () => {
    const reply = await send(receiver, 'http', 'logs', sampleRequest('logs'), { path: '/v2/logs' })
    expect(reply.status).toBe(404)
    expect(decodeBinary('RpcStatus', reply.body).message).toBe('no signal is received at /v2/logs; use /v1/logs')
    expect((await send(receiver, 'grpc', 'logs', sampleRequest('logs'), { path: '/a.B/Export' })).status).toBe(12)
    expect(receiver.requests.map(({ signal, status }) => [signal, status])).toEqual([
      [undefined, 404],
      [undefined, 12],
    ])
    expect(receiver.counts.logs).toBe(0)
  })
})

describe('the receiver refuses', () => {
  it.each([
    ['another method', { method: 'GET' }, 405, 'GET is not taken; use POST'],
    ['another content type', { headers: { 'content-type': 'text/plain' } }, 415, 'content-type is text/plain; use'],
    ['another encoding', { headers: { 'content-encoding': 'br' } }, 415, 'content-encoding is br; use gzip'],
    ['a body that is not gzip', { headers: { 'content-encoding': 'gzip' } }, 400, 'incorrect header check'],
  ])('%s', async (_name, options, status, message) => {
    const reply = await send(receiver, 'http', 'logs', sampleRequest('logs'), options)
    expect(reply.status).toBe(status)
    if (reply.body.length > 0) expect(decodeBinary('RpcStatus', reply.body).message).toContain(message)
    expect(receiver.requests[0]?.error).toContain(message)
  })

  it.each(['http', 'grpc'] as const)('malformed protobuf over %s', async transport => {
    const reply = await send(receiver, transport, 'logs', Uint8Array.of(0x0a, 0x7f, 1))
    expect(reply.status).toBe(transport === 'http' ? 400 : 3)
    expect(receiver.requests[0]).toMatchObject({ stored: false, recordCount: 0, error: expect.any(String) })
  })

  it('malformed JSON, and gives the reason in JSON', async () => {
    const wrong = { resourceLogs: [{ scopeLogs: [{ logRecords: [{ traceId: 'AAECAw==' }] }] }] }
    const body = Buffer.from(JSON.stringify(wrong))
    const reply = await send(receiver, 'http', 'logs', body, { encoding: 'json' })
    expect(reply.status).toBe(400)
    expect(decodeJson('RpcStatus', reply.body.toString())).toMatchObject({
      code: 3,
      message:
        'cannot decode traceId from JSON: expected 32 hex digits or an empty text, got "AAECAw=="; send a whole ExportLogsServiceRequest in JSON, within the limits of a record',
    })
  })

  it.each(['http', 'grpc'] as const)('a body above the limit over %s', async transport => {
    const reply = await send(receiver, transport, 'logs', encodeLogs(1000), { chunked: true }).catch(error => error)
    expect(receiver.requests[0]).toMatchObject({
      status: transport === 'http' ? 413 : 8,
      error: expect.stringContaining('the body is larger than the receiver takes (100000 bytes)'),
      stored: false,
    })
    // The server answers and closes while the client still sends: the client sees the answer or a broken connection.
    expect([413, 8, 'EPIPE', 'ECONNRESET']).toContain(reply.status ?? reply.code)
  })

  it.each(['http', 'grpc'] as const)('a body above the limit once decompressed, over %s', async transport => {
    const reply = await send(receiver, transport, 'logs', encodeLogs(2000), { gzip: true })
    expect(reply.status).toBe(transport === 'http' ? 413 : 8)
    expect(receiver.requests[0]?.error).toContain(
      'the decompressed body is larger than the receiver takes (200000 bytes)',
    )
  })

  it('a request beyond maxRetainedBytes, until it is reset', async () => {
    await using small = await startReceiver({ maxRetainedBytes: 300 })
    const statuses: number[] = []
    for (let i = 0; i < 3; i++) statuses.push((await send(small, 'http', 'logs', sampleRequest('logs'))).status)
    expect(statuses).toEqual([200, 507, 507])
    expect(small.counts.logs).toBe(1)
    small.reset()
    expect((await send(small, 'http', 'logs', sampleRequest('logs'))).status).toBe(200)
  })
})

it('the receiver records as aborted a request that the client broke off', async () => {
  const request = openHttp(receiver, 'logs', { headers: { 'content-length': '1000' } })
  request.on('error', () => {})
  request.write(gzipSync('half'))
  await receiver.waitForRequests(1)
  request.destroy()
  await receiver.waitFor(r => r.requests[0]?.outcome === 'aborted')
  expect(receiver.requests[0]).toMatchObject({ stored: false, status: undefined })
})
