import { connect } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodeLogs, sampleRequest } from '../testing/otlp-requests.ts'
import { createOtlpServer, type OtlpServer } from './create-otlp-server.ts'
import type { Refusal } from './refusal.ts'

const KEY = 'the-key'
const PAGE = 'https://mine.example'
const PROTOBUF = 'application/x-protobuf'
const LOGS = encodeLogs(1)
const LOGS_IN_JSON = sampleRequest('logs', 'json')

let server: OtlpServer
const refusals: Refusal[] = []

beforeAll(async () => {
  server = await createOtlpServer({
    ports: { http: 0, grpc: false },
    allowOrigins: [PAGE],
    authorize: ({ headers }) => headers['x-key'] === KEY,
    limits: { receivedBytes: 10_000, decodedBytes: 20_000 },
    onBatch: batch => void batch.forEach(() => {}),
    onRefused: refusal => refusals.push(refusal),
  })
})
afterAll(() => server.close({ graceMs: 0 }))

interface Head {
  status: number
  headers: Record<string, string>
}

interface Sent {
  start?: string
  /** `undefined` leaves a header out. */
  headers?: Record<string, string | undefined>
  body?: Uint8Array
}

/** Sends the very bytes of a request, as no client would, and gives the head of the answer. */
async function sendRaw({ start = 'POST /v1/logs', headers = {}, body = LOGS }: Sent): Promise<Head> {
  const port = Number(new URL(server.httpUrls[0] ?? '').port)
  const all: Record<string, string | undefined> = {
    host: `127.0.0.1:${port}`,
    'content-type': PROTOBUF,
    'content-length': String(body.length),
    'x-key': KEY,
    connection: 'close',
    ...headers,
  }
  const lines = Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}\r\n`]))
  const socket = connect(port, '127.0.0.1')
  socket.write(Buffer.concat([Buffer.from(`${start} HTTP/1.1\r\n${lines.join('')}\r\n`), body]))
  const [line = '', ...fields] = ((await buffer(socket)).toString('latin1').split('\r\n\r\n')[0] ?? '').split('\r\n')
  const pairs = fields.map(text => text.split(/: (.*)/, 2) as [string, string])
  return { status: Number(line.split(' ')[1]), headers: Object.fromEntries(pairs) }
}

type Row = [what: string, sent: Sent, status: number, reason: RegExp, cure: RegExp]

const REFUSED: Row[] = [
  [
    'a page',
    { headers: { origin: 'https://evil.example' } },
    403,
    /page of https:\/\/evil\.example/,
    /allow the origin/,
  ],
  ['a page without a name', { headers: { origin: 'null' } }, 403, /page of null/, /allow the origin/],
  ['a page of a near name', { headers: { origin: `${PAGE}.evil.example` } }, 403, /page of/, /allow the origin/],
  ['a page that hides its origin', { headers: { 'sec-fetch-site': 'cross-site' } }, 403, /another site/, /a program/],
  ['another host', { headers: { host: 'evil.example:4318' } }, 421, /addressed to evil\.example:4318/, /to localhost/],
  ['a host that begins well', { headers: { host: '127.0.0.1.evil.example' } }, 421, /addressed to/, /to localhost/],
  ['a request without a key', { headers: { 'x-key': undefined } }, 401, /key is missing/, /send the key/],
  ['a request with another key', { headers: { 'x-key': 'other' } }, 401, /missing or wrong/, /send the key/],
  ['a path without a signal', { start: 'POST /v1/log' }, 404, /no signal is received at \/v1\/log/, /^use \/v1\/logs$/],
  ['another method', { start: 'PUT /v1/logs' }, 405, /PUT is not taken/, /^use POST$/],
  ['a form of a page', { headers: { 'content-type': 'text/plain' } }, 415, /is text\/plain/, /application\/x-protobuf/],
  ['no content type', { headers: { 'content-type': undefined } }, 415, /is nothing/, /application\/json/],
  ['another compression', { headers: { 'content-encoding': 'br' } }, 415, /content-encoding is br/, /use gzip or none/],
  ['a large body', { body: new Uint8Array(10_001) }, 413, /larger than .*10000 bytes/, /smaller batches/],
  [
    'a bomb',
    { body: gzipSync(new Uint8Array(1_000_000)), headers: { 'content-encoding': 'gzip' } },
    413,
    /decompressed body is larger/,
    /smaller batches/,
  ],
  ['a body that is not gzip', { headers: { 'content-encoding': 'gzip' } }, 400, /header check/, /do not call it gzip/],
  [
    'half a gzip stream',
    { body: gzipSync(LOGS).subarray(0, 20), headers: { 'content-encoding': 'gzip' } },
    400,
    /unexpected end/,
    /whole gzip stream/,
  ],
  ['gzip without its header', { body: gzipSync(LOGS) }, 400, /./, /add content-encoding: gzip/],
  [
    'gzip in gzip',
    { body: gzipSync(gzipSync(LOGS)), headers: { 'content-encoding': 'gzip' } },
    400,
    /./,
    /compress the body once/,
  ],
  ['JSON as protobuf', { body: LOGS_IN_JSON }, 400, /./, /send content-type: application\/json/],
  [
    'protobuf as JSON',
    { headers: { 'content-type': 'application/json' } },
    400,
    /not UTF-8/,
    /send content-type: application\/x-p/,
  ],
  [
    'half a message',
    { body: LOGS.subarray(0, -1) },
    400,
    /beyond its message/,
    /a whole ExportLogsServiceRequest in proto/,
  ],
]

describe('a refusal over HTTP', () => {
  it.each(REFUSED)('of %s has its status, its reason and its cure', async (_what, sent, status, reason, cure) => {
    refusals.length = 0
    const { status: answered, headers } = await sendRaw(sent)
    expect(answered).toBe(status)
    expect(headers).not.toHaveProperty('access-control-allow-origin')
    expect(refusals).toHaveLength(1)
    const [refusal] = refusals
    expect(refusal?.status).toBe(status)
    expect(refusal?.reason).toMatch(reason)
    expect(refusal?.advice).toMatch(cure)
    expect(refusal?.signal).toBe(status === 404 ? undefined : 'logs')
  })

  it.each([
    ['a request with the key', {}],
    ['a page that is allowed', { headers: { origin: PAGE, 'sec-fetch-site': 'cross-site' } }],
    ['a page of this server', { headers: { 'sec-fetch-site': 'same-origin' } }],
    ['localhost in capitals', { headers: { host: 'LOCALHOST' } }],
    ['the other loopback address', { headers: { host: '[::1]:4318' } }],
    ['gzip', { body: gzipSync(LOGS), headers: { 'content-encoding': 'gzip' } }],
    ['JSON', { body: LOGS_IN_JSON, headers: { 'content-type': 'application/json; charset=utf-8' } }],
  ] satisfies [string, Sent][])('is not what %s gets', async (_what, sent) => {
    refusals.length = 0
    expect((await sendRaw(sent)).status).toBe(200)
    expect(refusals).toEqual([])
  })
})

describe('a browser that asks whether a page may send', () => {
  const question: Sent = {
    start: 'OPTIONS /v1/logs',
    headers: {
      ...{ origin: PAGE, 'x-key': undefined, 'content-type': undefined, 'content-length': undefined },
      ...{ 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type,x-key' },
    },
    body: new Uint8Array(),
  }

  it('is told that a page of an allowed origin may, without the key', async () => {
    refusals.length = 0
    expect(await sendRaw(question)).toMatchObject({
      status: 204,
      headers: {
        ...{ 'access-control-allow-origin': PAGE, 'access-control-allow-methods': 'POST', vary: 'origin' },
        'access-control-allow-headers': 'content-type,x-key',
      },
    })
    const { status, headers } = await sendRaw({ headers: { origin: PAGE } })
    expect([status, headers['access-control-allow-origin']]).toEqual([200, PAGE])
    expect(refusals).toEqual([])
  })

  it('is refused for other origins', async () => {
    const { status, headers } = await sendRaw({
      ...question,
      headers: { ...question.headers, origin: 'https://evil.example' },
    })
    expect(status).toBe(403)
    expect(headers).not.toHaveProperty('access-control-allow-origin')
  })
})
