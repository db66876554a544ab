import http from 'node:http'
import zlib from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { createHeaderSource } from './header-source.ts'
import { createHttpTransport } from './http-transport.ts'
import { atEnd, failureOf, listen, REQUEST, TIMEOUT_MS } from './loopback.fixture.ts'
import type { ExportResult } from './transport.ts'

type Body = Buffer | string

const PAGE = '<!DOCTYPE html><html><body>Sign in</body></html>'
/** Three rejected records, with the message "no". */
const PARTIAL = Buffer.from([0x0a, 0x06, 0x08, 0x03, 0x12, 0x02, 0x6e, 0x6f])
const JSON_PARTIAL = '{"partialSuccess":{"rejectedLogRecords":"3","errorMessage":"no"}}'
const SEEN = { rejected: 3, message: 'no' }

const CODINGS: readonly [string, (body: Body) => Buffer][] = [
  ['gzip', body => zlib.gzipSync(body)],
  ['X-GZIP', body => zlib.gzipSync(body)],
  ['deflate', body => zlib.deflateSync(body)],
  ['deflate', body => zlib.deflateRawSync(body)],
  ['br', body => zlib.brotliCompressSync(body)],
  ['zstd', body => zlib.zstdCompressSync(body)],
  ['identity', body => Buffer.from(body)],
  ['gzip, br', body => zlib.brotliCompressSync(zlib.gzipSync(body))],
  ['gzip,identity , gzip', body => zlib.gzipSync(zlib.gzipSync(body))],
]

/** What the transport says about one answer. */
async function resultFor(
  body: Body,
  headers: http.OutgoingHttpHeaders,
  { status = 200, protocol = 'http/protobuf' as 'http/protobuf' | 'http/json' } = {},
): Promise<ExportResult> {
  const server = http.createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(status, headers).end(body))
  })
  const endpoint = `http://127.0.0.1:${await listen(server)}/v1/logs`
  const transport = createHttpTransport(
    { endpoint, protocol, compression: 'none', tls: undefined },
    { headers: createHeaderSource([]), userAgent: 'codex-otel/1.2.3' },
  )
  atEnd(() => transport.shutdown())
  return transport.send(REQUEST, TIMEOUT_MS)
}

const NOT_OTLP = { kind: 'not-otlp', status: 200, retryable: false }

it('the accept-encoding of a request names what the transport can decode', async () => {
  let accepted: string | undefined
  const server = http.createServer((request, response) => {
    accepted = request.headers['accept-encoding']
    response.end()
  })
  const transport = createHttpTransport(
    {
      endpoint: `http://127.0.0.1:${await listen(server)}`,
      protocol: 'http/protobuf',
      compression: 'none',
      tls: undefined,
    },
    { headers: createHeaderSource([]), userAgent: 'codex-otel/1.2.3' },
  )
  atEnd(() => transport.shutdown())
  await transport.send(REQUEST, TIMEOUT_MS)
  expect(accepted).toBe('identity, gzip;q=0.5, deflate;q=0.5, br;q=0.5, zstd;q=0.5, *;q=0')
})

describe.each(CODINGS)('an answer with the content encoding %s', (coding, encode) => {
  it('is no OTLP answer when it is a web page', async () => {
    const page = resultFor(encode(PAGE), { 'content-type': 'text/html', 'content-encoding': coding })
    expect(await failureOf(page)).toMatchObject({ ...NOT_OTLP, message: expect.stringContaining('web page') })
  })

  it.each([
    ['protobuf', PARTIAL, 'application/x-protobuf'],
    ['JSON', JSON_PARTIAL, 'application/json'],
  ])('has its partial success in %s read', async (_format, body, type) => {
    const result = await resultFor(encode(body), { 'content-type': type, 'content-encoding': coding })
    expect(result).toMatchObject({ status: 'success', partialSuccess: SEEN })
  })

  it('is a success when nothing or {} is in it', async () => {
    for (const body of ['', '{}']) {
      const result = await resultFor(encode(body), { 'content-encoding': coding })
      expect(result).toMatchObject({ status: 'success', data: Buffer.from(body) })
      expect(result).not.toHaveProperty('partialSuccess')
    }
    expect(await resultFor('', { 'content-encoding': coding })).toMatchObject({ status: 'success' })
  })
})

describe('an answer that cannot be decoded is no OTLP answer', () => {
  const bomb = Buffer.alloc(50_000_000)
  it.each([
    ['cut gzip', zlib.gzipSync(JSON_PARTIAL).subarray(0, -4), 'gzip'],
    ['cut brotli', zlib.brotliCompressSync(JSON_PARTIAL).subarray(0, -4), 'br'],
    ['cut zstd', zlib.zstdCompressSync(JSON_PARTIAL).subarray(0, -4), 'zstd'],
    ['a gzip bomb', zlib.gzipSync(bomb), 'gzip'],
    ['a brotli bomb', zlib.brotliCompressSync(bomb), 'br'],
    ['a zstd bomb', zlib.zstdCompressSync(bomb), 'zstd'],
    ['a bomb in a bomb', zlib.gzipSync(zlib.gzipSync(bomb)), 'gzip, gzip'],
    ['a page in an unknown encoding', Buffer.from(PAGE), 'compress'],
    ['bytes in an unknown encoding', Buffer.from([0x30, 0x01]), 'x-secret'],
    ['the name of a property of every object', Buffer.from([0x30, 0x01]), 'constructor'],
    ['too many encodings', zlib.gzipSync('{}'), 'gzip, gzip, gzip, gzip, gzip'],
    ['an unlabelled page in gzip', zlib.gzipSync(PAGE), ''],
  ])('%s', async (_what, body, coding) => {
    const headers = { 'content-type': 'application/json', ...(coding === '' ? {} : { 'content-encoding': coding }) }
    expect(await failureOf(resultFor(body, headers))).toMatchObject(NOT_OTLP)
  })
})

describe('nothing behind the first stream of an answer is passed over', () => {
  const { gzipSync, deflateSync, deflateRawSync, brotliCompressSync, zstdCompressSync } = zlib
  const skipped = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4])
  const join = (...parts: Body[]) => Buffer.concat(parts.map(part => Buffer.from(part)))

  it.each([
    ['a page behind nothing in gzip', 'gzip', join(gzipSync(''), PAGE)],
    ['a page behind zero bytes behind nothing in gzip', 'gzip', join(gzipSync(''), '\0\0', PAGE)],
    ['a page behind nothing in br', 'br', join(brotliCompressSync(''), PAGE)],
    ['a page behind nothing in zlib', 'deflate', join(deflateSync(''), PAGE)],
    ['a page behind nothing in a bare stream', 'deflate', join(deflateRawSync(''), PAGE)],
    ['a page behind nothing in zstd', 'zstd', join(zstdCompressSync(''), PAGE)],
    ['a page in a frame behind one that is skipped', 'zstd', join(skipped, zstdCompressSync(PAGE))],
    ['a page in a frame behind an empty one', 'zstd', join(zstdCompressSync(''), zstdCompressSync(PAGE))],
    ['a page in a second stream of br', 'br', join(brotliCompressSync('{}'), brotliCompressSync(PAGE))],
    ['a partial success behind {} in zlib', 'deflate', join(deflateSync('{}'), JSON_PARTIAL)],
    ['a partial success behind {} in br', 'br', join(brotliCompressSync('{}'), PARTIAL)],
    ['a cut frame behind {}', 'zstd', join(zstdCompressSync('{}'), zstdCompressSync(PAGE).subarray(0, -3))],
    ['frames without end', 'zstd', join(...Array.from({ length: 1000 }, () => skipped))],
    ['a bare stream that is labelled as br', 'br', deflateRawSync(PAGE)],
    ['a text that begins as an empty stream', 'br', Buffer.from('503 Service Unavailable')],
    ['the same under another coding', 'br, gzip', gzipSync('3 errors')],
  ])('%s is no OTLP answer', async (_what, coding, body) => {
    const headers = { 'content-type': 'text/html', 'content-encoding': coding }
    expect(await failureOf(resultFor(body, headers))).toMatchObject(NOT_OTLP)
  })

  it.each([
    [
      'zstd',
      join(zstdCompressSync('{"partialSuccess":'), zstdCompressSync('{"rejectedLogRecords":3,"errorMessage":"no"}}')),
    ],
    ['zstd', join(skipped, zstdCompressSync(JSON_PARTIAL), skipped)],
    ['gzip', join(gzipSync(''), gzipSync(JSON_PARTIAL))],
  ])('a partial success in several frames of %s is read', async (coding, body) => {
    const result = await resultFor(body, { 'content-encoding': coding })
    expect(result).toMatchObject({ status: 'success', partialSuccess: SEEN })
  })

  it('frames are decoded up to the limit of an answer', async () => {
    const body = join(...Array.from({ length: 60 }, () => zstdCompressSync(Buffer.alloc(50_000))))
    expect(await failureOf(resultFor(body, { 'content-encoding': 'zstd' }))).toMatchObject({
      ...NOT_OTLP,
      message: expect.stringContaining('inflates to more than'),
    })
  })
})

it.each([
  ['gzip that no header names', zlib.gzipSync(PARTIAL), undefined],
  ['protobuf that is labelled as gzip', PARTIAL, 'gzip'],
  ['JSON that is labelled as br', Buffer.from(JSON_PARTIAL), 'br'],
  ['JSON in an encoding that the transport does not know', Buffer.from(JSON_PARTIAL), 'aws-chunked'],
])('a partial success is seen in %s', async (_what, body, coding) => {
  const result = await resultFor(body, coding === undefined ? {} : { 'content-encoding': coding })
  expect(result).toMatchObject({ status: 'success', partialSuccess: SEEN })
})

const TYPES = [
  undefined,
  'application/json',
  'application/problem+json',
  'application/x-protobuf',
  'application/octet-stream',
  'text/plain; charset=utf-16',
  'text/html; charset=utf-8',
  'image/png',
]

describe.each(TYPES)('an answer of the content type %s is what its bytes are', type => {
  const headers = type === undefined ? {} : { 'content-type': type }

  it.each(['http/protobuf', 'http/json'] as const)('a partial success is read, over %s', async protocol => {
    const snakeCase = '{"partial_success":{"rejected_data_points":3,"error_message":"no"}}'
    const parts = Buffer.from([0x0a, 0x02, 0x08, 0x03, 0x0a, 0x04, 0x12, 0x02, 0x6e, 0x6f])
    const counts = Buffer.from([0x0a, 0x08, 0x08, 0x03, 0x08, 0x00, 0x12, 0x02, 0x6e, 0x6f])
    for (const body of [PARTIAL, parts, counts, JSON_PARTIAL, `\ufeff\n ${JSON_PARTIAL}`, snakeCase]) {
      expect(await resultFor(body, headers, { protocol })).toMatchObject({ status: 'success', partialSuccess: SEEN })
    }
    const utf16 = Buffer.from(`\ufeff${JSON_PARTIAL}`, 'utf16le')
    expect(await resultFor(utf16, headers, { protocol })).toMatchObject({ partialSuccess: SEEN })
  })

  it('a success is one without a body, with {}, an empty partial success, a field of a later version, or OK', async () => {
    const bodies = [
      '',
      '{}',
      '{"partialSuccess":null}',
      Buffer.from([0x0a, 0x00]),
      Buffer.from([0x10, 0x01]),
      'OK',
      '"ok"\n',
    ]
    for (const body of bodies) {
      const result = await resultFor(body, headers)
      expect(result).toMatchObject({ status: 'success' })
      expect(result).not.toHaveProperty('partialSuccess')
    }
  })

  it.each([
    ['a page', PAGE],
    ['a page behind white space', `\n\r\n${PAGE}`],
    ['a page of 60 bytes behind a line feed', `\n${PAGE.padEnd(60)}`],
    ['a page with a byte order mark', `\ufeff${PAGE}`],
    ['a page in UTF-16', Buffer.from(PAGE, 'utf16le')],
    ['a page in big-endian UTF-16', Buffer.from(`\ufeff${PAGE}`, 'utf16le').swap16()],
    ['a page in Latin-1', Buffer.from(`\n${PAGE}\u00e9`, 'latin1')],
    ['a page with control characters', `\u0001${PAGE}`],
    ['a text', 'Hello'],
    ['a text that would be a message of unknown fields', 'x0x0'],
    ['white space', ' \n'],
    ['a list', '[]'],
    ['a number', '0'],
    ['null', 'null'],
    ['cut JSON', '{"partialSuccess":'],
    ['a partial success that is no object', '{"partialSuccess":true}'],
    ['a cut message', PARTIAL.subarray(0, 5)],
    ['an echo of a request', Buffer.from([0x0a, 0x04, 0x0a, 0x02, 0x0a, 0x00])],
    ['field 1 as a number', Buffer.from([0x08, 0x03])],
    ['field 1 of a fixed width', Buffer.from([0x0d, 1, 2, 3, 4])],
    ['an image', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0])],
  ])('%s is no OTLP answer', async (_what, body) => {
    expect(await failureOf(resultFor(body, headers))).toMatchObject(NOT_OTLP)
  })
})

it.each([
  '{"partialSuccess":{},"partial_success":{"rejected_log_records":3,"error_message":"no"}}',
  '{"partial_success":{"error_message":"no"},"partialSuccess":{"rejectedLogRecords":3}}',
  '{"partialSuccess":{"rejectedLogRecords":0,"rejected_log_records":3,"errorMessage":"no"}}',
  '{"partialSuccess":{"rejectedLogRecords":"0","rejectedSpans":3,"errorMessage":"","error_message":"no"}}',
  '{"partialSuccess":{"rejectedDataPoints":2,"rejectedSpans":null,"rejectedLogRecords":3,"errorMessage":"no"}}',
  '{"PartialSuccess":{"RejectedLogRecords":"3e0","ErrorMessage":"no"}}',
])('the largest count of a partial success is taken: %s', async body => {
  const result = await resultFor(body, { 'content-type': 'application/json' })
  expect(result).toMatchObject({ status: 'success', partialSuccess: SEEN })
})

it.each([
  '{"partialSuccess":{"errorMessage":{"a":1}}}',
  '{"partialSuccess":{"errorMessage":3}}',
  '{"partialSuccess":{"errorMessage":"","error_message":["no"]}}',
  '{"partialSuccess":{},"partial_success":[]}',
  ...['true', '[3]', '{}', '""', '"three"', '"0x3"', '0.5', '-1', '"-1"', '1e999'].map(
    count => `{"partialSuccess":{"rejectedLogRecords":${count}}}`,
  ),
])('a partial success that cannot be read is no success: %s', async body => {
  expect(await failureOf(resultFor(body, { 'content-type': 'application/json' }))).toMatchObject(NOT_OTLP)
})

it('an object of other words counts as an answer only when nothing or JSON is its label', async () => {
  const body = '{"text":"Success","code":0}'
  for (const type of ['application/json', undefined]) {
    expect(await resultFor(body, type === undefined ? {} : { 'content-type': type })).toMatchObject({
      status: 'success',
    })
  }
  for (const type of ['text/html', 'text/plain', 'application/x-protobuf']) {
    expect(await failureOf(resultFor(body, { 'content-type': type }))).toMatchObject(NOT_OTLP)
  }
})

describe('the words of a refusal', () => {
  it.each(CODINGS)('are read in the content encoding %s', async (coding, encode) => {
    for (const [type, body] of [
      ['application/json', '{"message":"wrong key"}'],
      ['text/plain', 'wrong key'],
      ['text/html', Buffer.from([0x12, 9, ...Buffer.from('wrong key')])],
    ] as const) {
      const headers = { 'content-type': type, 'content-encoding': coding }
      const { message } = await failureOf(resultFor(encode(body), headers, { status: 400 }))
      expect(message).toMatch(/: wrong key$/)
    }
  })

  it('are left out when they cannot be decoded', async () => {
    const headers = { 'content-type': 'text/plain', 'content-encoding': 'gzip' }
    const { kind, message } = await failureOf(resultFor('no gzip', headers, { status: 503 }))
    expect(kind).toBe('server-error')
    expect(message).toMatch(/the receiver failed$/)
  })
})
