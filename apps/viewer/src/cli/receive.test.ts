import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { request as plainRequest } from 'node:http'
import { connect } from 'node:http2'
import { request } from 'node:https'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import type { OtlpServer } from '@codex/otlp-receiver'
import { createTestCertificates } from '@codex/otlp-receiver/certificates'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { capturedBody, testFolder, testStore } from '../testing.fixture.ts'
import { type Exposure, KEY_HEADER } from './exposure.ts'
import { type ReceiveOptions, receive } from './receive.ts'

const KEY = 'the-key-of-this-test'
const ALONE: Exposure = { hosts: undefined, others: false, tls: undefined, key: undefined, keyIsNew: false }
const LOGS = new Uint8Array(capturedBody('a-simple', 'logs'))
/** Over gRPC: what is sent again is counted once. */
const OTHER_LOGS = new Uint8Array(capturedBody('b-tool-ok', 'logs'))

async function receiving(exposure: Partial<Exposure>, options: Partial<ReceiveOptions> = {}) {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  onTestFinished(() => void vi.restoreAllMocks())
  const store = await testStore()
  const wanted = { http: 0, grpc: 0, allowOrigins: [], ...options }
  const server = await receive(store, wanted, { ...ALONE, ...exposure }, () => undefined)
  onTestFinished(() => server.close({ graceMs: 0 }))
  return { store, server }
}

const local = (url = ''): string => url.replace('0.0.0.0', '127.0.0.1')

const sendHttp = async ({ httpUrls }: OtlpServer, headers: Record<string, string>): Promise<number> => {
  const { status } = await fetch(`${local(httpUrls[0])}/v1/logs`, {
    ...{ method: 'POST', body: LOGS },
    headers: { 'content-type': 'application/x-protobuf', ...headers },
  })
  return status
}

async function sendGrpc({ grpcUrls }: OtlpServer, headers: Record<string, string>): Promise<number> {
  const session = connect(local(grpcUrls[0]))
  const stream = session.request({
    ...{ ':method': 'POST', ':path': '/opentelemetry.proto.collector.logs.v1.LogsService/Export' },
    ...{ 'content-type': 'application/grpc', te: 'trailers' },
    ...headers,
  })
  let status: unknown
  for (const event of ['response', 'trailers']) {
    stream.on(event, (fields: Record<string, unknown>) => {
      status = fields['grpc-status'] ?? status
    })
  }
  const prefix = Buffer.alloc(5)
  prefix.writeUInt32BE(OTHER_LOGS.length, 1)
  stream.end(Buffer.concat([prefix, OTHER_LOGS]))
  await buffer(stream)
  session.close()
  return Number(status)
}

describe('a viewer for other machines', () => {
  it('takes what has the key alone, over HTTP and gRPC, and keeps what is missing in the others', async () => {
    const { server, store } = await receiving({ hosts: ['0.0.0.0'], others: true, key: KEY })
    for (const headers of [{}, { [KEY_HEADER]: 'another-key-of-a-test' }]) {
      expect(await sendHttp(server, headers)).toBe(401)
      expect(await sendGrpc(server, headers)).toBe(16)
    }
    expect(await store.query('sessions', { from: 0, to: 1e15, limit: 9 })).toEqual([])
    expect(await sendHttp(server, { [KEY_HEADER]: KEY })).toBe(200)
    expect(await sendGrpc(server, { [KEY_HEADER]: KEY })).toBe(0)
    const sessions = await store.query('sessions', { from: 0, to: 1e15, limit: 9 })
    expect(sessions.map(({ events }) => events).sort()).toEqual([17, 27])
    await expect
      .poll(() => store.query('refusals', { limit: 9 }))
      .toMatchObject([
        { status: 16, times: 2, cure: `send the header ${KEY_HEADER} with the key of this viewer` },
        { status: 401, times: 2, cure: `send the header ${KEY_HEADER} with the key of this viewer` },
      ])
    const kept = JSON.stringify(await store.query('refusals', { limit: 9 }))
    expect(kept).not.toContain(KEY)
    expect(kept).not.toContain('another-key')
  })

  it('speaks TLS with the certificate that it is given', async () => {
    const certificates = await createTestCertificates()
    const { cert, key } = certificates.server
    const tls = { cert: Buffer.from(cert), key: Buffer.from(key) }
    const { server } = await receiving({ hosts: ['0.0.0.0'], others: true, tls, key: KEY })
    const headers = { 'content-type': 'application/x-protobuf', [KEY_HEADER]: KEY }
    const status = await new Promise((resolve, reject) => {
      const url = `${local(server.httpUrls[0])}/v1/logs`
      const sent = request(url, { method: 'POST', ca: certificates.ca, headers, agent: false }, response => {
        resolve(response.resume().statusCode)
      })
      sent.on('error', reject).end(LOGS)
    })
    expect(status).toBe(200)
  })
})

it('a viewer takes from pages what it is told to, and says so to the others', async () => {
  const { server, store } = await receiving({}, { allowOrigins: ['https://app.example'] })
  expect(await sendHttp(server, { origin: 'https://app.example' })).toBe(200)
  expect(await sendHttp(server, { origin: 'https://other.example' })).toBe(403)
  await expect
    .poll(() => store.query('refusals', { limit: 9 }))
    .toMatchObject([{ status: 403, cure: 'start the viewer with --allow-origin <origin>, if the page is yours' }])
})

it('a viewer that is alone with its machine takes nothing that is addressed to another name (DNS rebinding)', async () => {
  const { server, store } = await receiving({})
  const { port } = new URL(server.httpUrls[0] ?? '')
  const statusAt = async (host: string): Promise<number> => {
    const headers = { host, 'content-type': 'application/x-protobuf' }
    const sending = plainRequest({ host: '127.0.0.1', port, path: '/v1/logs', method: 'POST', headers }).end(LOGS)
    const [response] = await once(sending, 'response')
    response.resume()
    return response.statusCode
  }
  expect(await statusAt(`evil.example:${port}`)).toBe(421)
  expect(await sendGrpc(server, { ':authority': 'evil.example' })).not.toBe(0)
  expect(await store.query('sessions', { from: 0, to: 8.64e15, limit: 9 })).toEqual([])
  expect(await statusAt(`localhost:${port}`)).toBe(200)
})

it('a bomb is refused: of bytes, of gzip, of values within values and of attributes', async () => {
  const { server, store } = await receiving({})
  const statusOf = async (body: Uint8Array<ArrayBuffer>, headers: Record<string, string>): Promise<number> =>
    (await fetch(`${server.httpUrls[0]}/v1/logs`, { method: 'POST', body, headers })).status
  const json = { 'content-type': 'application/json' }
  const record = (attributes: string): Uint8Array<ArrayBuffer> =>
    new TextEncoder().encode(`{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"attributes":[${attributes}]}]}]}]}`)
  const value = (depth: number): string =>
    depth === 0 ? '{"intValue":1}' : `{"arrayValue":{"values":[${value(depth - 1)}]}}`
  const attribute = (of: string): string => `{"key":"a","value":${of}}`
  const many = (count: number): string => Array.from({ length: count }, () => attribute(value(0))).join()

  const inflated = new Uint8Array(gzipSync(Buffer.alloc(65 * 1024 * 1024)))
  expect(await statusOf(inflated, { ...json, 'content-encoding': 'gzip' })).toBe(413)
  // The connection may be closed before all of it is sent.
  const long = await statusOf(new Uint8Array(21 * 1024 * 1024), json).catch(() => 413)
  expect(long).toBe(413)
  expect([await statusOf(record(attribute(value(32))), json), await statusOf(record(many(1_000)), json)]).toEqual([
    200, 200,
  ])
  expect([await statusOf(record(attribute(value(33))), json), await statusOf(record(many(1_001)), json)]).toEqual([
    400, 400,
  ])
  await expect
    .poll(async () => (await store.query('refusals', { limit: 9 })).map(({ status }) => status).sort())
    .toEqual([400, 400, 413, 413])
})

it('a store that cannot be written has senders send again, and a person told once', async () => {
  const { server, store } = await receiving({})
  const db = new DatabaseSync(store.path)
  db.exec('ALTER TABLE session RENAME TO elsewhere')
  expect([await sendHttp(server, {}), await sendHttp(server, {})]).toEqual([503, 503])
  expect(await sendGrpc(server, {})).toBe(14)
  const written = vi.mocked(process.stderr.write).mock.calls.map(([text]) => String(text))
  const line = 'refused  POST /v1/logs 503: the store cannot be written: '
  expect(written.filter(text => text.startsWith(line))).toEqual([expect.stringContaining('no such table')])
  db.exec('ALTER TABLE elsewhere RENAME TO session')
  db.close()
  expect(await sendHttp(server, {})).toBe(200)
})

it('an address of another machine is named', async () => {
  await expect(receiving({ hosts: ['192.0.2.1'], others: true })).rejects.toThrow(
    '192.0.2.1 is no address of this machine; --host 0.0.0.0 stands for all that it has.',
  )
})

it.each([
  [['--host', '0.0.0.0'], 'give --tls-cert <file> and --tls-key <file>, or --insecure'],
  [['--host', '0.0.0.0', '--insecure', '--no-token'], '--no-token would let other machines read everything'],
])('the program does not start with %j, and says what to do', (args, advice) => {
  const cli = new URL('../cli.ts', import.meta.url).pathname
  const ended = spawnSync(process.execPath, [cli, ...args, '--db', join(testFolder(), 'store.db')])
  expect(ended.status).toBe(2)
  expect(ended.stderr.toString()).toContain(advice)
})
