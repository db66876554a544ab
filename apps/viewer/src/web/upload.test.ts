import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { recodeRequest } from '@codex/otlp-receiver'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { ALL_TIME } from '../queries/dialect.ts'
import { capturedBody, capturesOf, importPaths } from '../testing.fixture.ts'
import type { ImportState } from './contract.ts'
import { openSession, send, startTestServer, type TestServer } from './web-server.fixture.ts'
import type { WebServerOptions } from './web-server.ts'

const MIB = 1024 * 1024
const logsOf = (scenario: string): Buffer => capturedBody(scenario, 'logs')
const lineOf = (scenario: string): Buffer =>
  Buffer.concat([recodeRequest('logs', logsOf(scenario), 'binary', 'json'), Buffer.of(0x0a)])
/** A file of which some is stored before it has come whole. */
const LONG = Buffer.concat(Array.from({ length: 60 }, () => lineOf('b-tool-ok')))

interface Page {
  server: TestServer
  /** What a script of the page sends. */
  headers: Record<string, string>
  post(path: string, body?: Buffer): Promise<{ status: number; state: ImportState & { error: string | null } }>
  begin(name: string, bytes: Buffer): Promise<ImportState>
  /** Sends the rest of a file in pieces, as the page does. */
  sendAll(state: ImportState, bytes: Buffer, pieceBytes?: number): Promise<ImportState>
  /** The beginning of a file, until some of its records are in. */
  addSome(name: string, bytes: Buffer): Promise<ImportState>
  /** A whole file. */
  add(name: string, bytes: Buffer, pieceBytes?: number): Promise<ImportState>
  cancel(id: string): Promise<ImportState>
}

async function openPage(options: Partial<WebServerOptions> = {}): Promise<Page> {
  const server = await startTestServer(options)
  const headers = {
    ...{ origin: `http://127.0.0.1:${server.port}`, 'sec-fetch-site': 'same-origin' },
    ...{ 'content-type': 'application/octet-stream', cookie: await openSession(server) },
  }
  const post: Page['post'] = async (path, body = Buffer.alloc(0)) => {
    const answer = await send(server, path, { method: 'POST', headers, body })
    return { status: answer.status, state: JSON.parse(answer.body) }
  }
  const begin: Page['begin'] = async (name, bytes) => {
    const ends = Buffer.concat([bytes.subarray(0, MIB), bytes.subarray(Math.max(MIB, bytes.length - MIB))])
    return (await post(`/api/imports?name=${encodeURIComponent(name)}&bytes=${bytes.length}`, ends)).state
  }
  const sendAll: Page['sendAll'] = async (begun, bytes, pieceBytes = 64 * 1024) => {
    let state = begun
    while (state.report === null && state.error === null) {
      const at = state.received
      const piece = state.hasRoom ? bytes.subarray(at, at + pieceBytes) : Buffer.alloc(0)
      const end = at + piece.length === bytes.length ? '&end' : ''
      state = (await post(`/api/imports/${state.id}?at=${at}${end}`, piece)).state
    }
    return state
  }
  const addSome: Page['addSome'] = async (name, bytes) => {
    let state = await begin(name, bytes)
    while (state.added === 0) {
      const at = state.received
      const piece = state.hasRoom ? bytes.subarray(at, at + 300_000) : Buffer.alloc(0)
      state = (await post(`/api/imports/${state.id}?at=${at}`, piece)).state
    }
    return state
  }
  return {
    ...{ server, headers, post, begin, sendAll, addSome },
    add: async (name, bytes, pieceBytes) => sendAll(await begin(name, bytes), bytes, pieceBytes),
    cancel: async id => JSON.parse((await send(server, `/api/imports/${id}`, { method: 'DELETE', headers })).body),
  }
}

const eventsIn = async ({ server }: Page): Promise<number> => (await server.store.size()).events

describe('a file that a page adds', () => {
  it.each<[string, () => Buffer]>([
    ['lines of JSON', () => Buffer.concat([lineOf('a-simple'), lineOf('b-tool-ok')])],
    ['lines of JSON in gzip', () => gzipSync(Buffer.concat([lineOf('a-simple'), lineOf('b-tool-ok')]))],
    ['the body of a request', () => Buffer.concat([logsOf('a-simple'), logsOf('b-tool-ok')])],
    [
      "what the Collector's file exporter writes",
      () =>
        Buffer.concat(
          ['a-simple', 'b-tool-ok'].flatMap(scenario => {
            const length = Buffer.alloc(4)
            length.writeUInt32BE(logsOf(scenario).length)
            return [length, logsOf(scenario)]
          }),
        ),
    ],
  ])('may have %s, cut into pieces of any size, and adds nothing a second time', async (_form, bytesOf) => {
    const page = await openPage()
    const bytes = bytesOf()
    const { report, received } = await page.add('first', bytes, 1_000)
    expect(report).toMatchObject({ logs: 18 + 28, known: 0, refused: [], cancelled: false })
    expect(received).toBe(bytes.length)
    expect((await page.begin('second', bytes)).report).toMatchObject({ logs: 0, knownFiles: ['second'] })
    const other = await page.add('other', gzipSync(bytes))
    expect(other.report).toMatchObject({ logs: 0, known: 46, knownFiles: [] })
    expect(await eventsIn(page)).toBe(46)
  })

  it('is the same as one that the program imports', async () => {
    const page = await openPage()
    const [file = ''] = capturesOf('a-simple')
    await importPaths(page.server.store, file)
    expect((await page.begin('a.gz', readFileSync(file))).report).toMatchObject({ knownFiles: ['a.gz'] })
    const [other = ''] = capturesOf('b-tool-two')
    await page.add('b.gz', readFileSync(other))
    expect(await importPaths(page.server.store, other)).toMatchObject({ knownFiles: [other] })
  })

  it.each<[string, Buffer, object]>([
    [
      'text',
      Buffer.from('hello there'),
      {
        reason: expect.stringContaining('it begins with "hello th'),
        cure: expect.stringContaining('export'),
      },
    ],
    [
      'a broken line',
      Buffer.concat([lineOf('a-simple'), Buffer.from('{"resourceLogs": 5}\n')]),
      { line: 2, cure: expect.stringContaining('mend this one') },
    ],
    [
      'half of a message',
      Buffer.from([0, 0, 1, 0, 10, 2]),
      { reason: expect.stringContaining('at byte 0'), cure: expect.stringContaining('cut off') },
    ],
    [
      'half of a gzip',
      gzipSync(lineOf('a-simple')).subarray(0, 200),
      { reason: 'unexpected end of file', cure: expect.stringContaining('copy it again') },
    ],
    [
      'a damaged gzip',
      Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 255, 255, 255]),
      { cure: expect.stringContaining('gzip -t') },
    ],
  ])('with %s is refused there, with what to do', async (_what, bytes, refused) => {
    const { report } = await (await openPage()).add('a file', bytes)
    expect(report).toMatchObject({ refusedParts: 1, refused: [{ file: 'a file', ...refused }] })
  })

  it('that is empty has no record', async () => {
    expect((await (await openPage()).add('empty', Buffer.alloc(0))).report).toMatchObject({ logs: 0, refusedParts: 0 })
  })

  it('that is a bomb of gzip is refused at the most that a line may have', async () => {
    const zeros = gzipSync(Buffer.alloc(200 * MIB, ' '), { level: 9 })
    expect(zeros.length).toBeLessThan(MIB)
    const before = process.memoryUsage().rss
    const { report } = await (await openPage()).add('bomb.gz', Buffer.concat([gzipSync('{"a":'), zeros]))
    expect(report).toMatchObject({
      logs: 0,
      refusedParts: 1,
      refused: [{ cure: expect.stringContaining('smaller requests') }],
    })
    expect(process.memoryUsage().rss - before).toBeLessThan(700 * MIB)
    const nested = gzipSync(gzipSync(gzipSync(gzipSync('{}'))))
    const { report: refused } = await (await openPage()).add('nested.gz', nested)
    expect(refused).toMatchObject({ refused: [{ cure: 'unpack it with gunzip' }] })
  })

  it('that is cancelled keeps what is in, and the next one begins', async () => {
    const page = await openPage()
    const state = await page.addSome('long', LONG)
    const { report } = await page.cancel(state.id)
    expect(report).toMatchObject({ cancelled: true })
    expect(report?.logs).toBeGreaterThan(0)
    expect(await eventsIn(page)).toBe(report?.logs)
    expect((await page.add('next', lineOf('a-simple'))).report).toMatchObject({ logs: 18 })
    const late = await page.post(`/api/imports/${state.id}?at=${state.received}`, Buffer.from('late'))
    expect(late).toMatchObject({ status: 404, state: { error: expect.stringContaining('add the file again') } })
  })

  it('is one at a time; the page that waits is told, and OTLP is stored meanwhile', async () => {
    const page = await openPage()
    const first = await page.begin('first', lineOf('a-simple'))
    const second = await send(page.server, '/api/imports?name=second&bytes=5', {
      method: 'POST',
      headers: page.headers,
      body: 'hello',
    })
    expect([second.status, second.headers['retry-after']]).toEqual([409, '1'])
    const body = new Uint8Array(logsOf('b-tool-two'))
    expect(await page.server.store.store({ signal: 'logs', encoding: 'binary', body })).toEqual({ records: 34 })
    expect((await page.sendAll(first, lineOf('a-simple'))).report).toMatchObject({ logs: 18 })
    expect((await page.add('second', lineOf('b-tool-ok'))).report).toMatchObject({ logs: 28 })
    expect(await eventsIn(page)).toBe(34 + 18 + 28)
  })

  it('whose pieces stop is ended after a while, and keeps what is in', async () => {
    const uploadIdleMs = 60_000
    const page = await openPage({ limits: { uploadIdleMs } })
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    const { added } = await page.addSome('left', LONG)
    const statusOfNext = async () => (await page.post('/api/imports?name=next&bytes=0')).status
    vi.advanceTimersByTime(uploadIdleMs - 1)
    expect(await statusOfNext()).toBe(409)
    vi.advanceTimersByTime(1)
    await expect.poll(statusOfNext).toBe(200)
    expect(await eventsIn(page)).toBeGreaterThanOrEqual(added)
  })

  it('is named beside the files that were opened', async () => {
    const facts = {
      version: '1',
      store: { path: 'a', maxBytes: null, retainMs: null },
      receiving: { http: null, grpc: null },
      prices: { date: null, models: [] },
    }
    const page = await openPage({ facts: { ...facts, file: 'opened.jsonl' } })
    await page.add('dropped.jsonl', lineOf('a-simple'))
    const { body } = await send(page.server, '/api/info', { headers: page.headers })
    expect(JSON.parse(body)).toMatchObject({ file: 'opened.jsonl, dropped.jsonl' })
  })

  it('goes on while a session of it is forgotten, and may be added again then', async () => {
    const page = await openPage()
    const bytes = Buffer.concat([lineOf('a-simple'), lineOf('b-tool-two')])
    await page.add('before', lineOf('a-simple'))
    const [session] = await page.server.store.query('sessions', { ...ALL_TIME, limit: 1 })
    const begun = await page.begin('both', bytes)
    await page.server.store.clear({ session: session?.conversation_id })
    expect((await page.sendAll(begun, bytes)).report).toMatchObject({ logs: 17 + 34, known: 1 })
    expect((await page.begin('both', bytes)).report).toBeNull()
  })
})

describe('a piece of a file', () => {
  it('above the limit, at another place, or beside one that waits is refused, and the file goes on', async () => {
    const page = await openPage({ limits: { pieceBytes: 20_000 } })
    const bytes = lineOf('a-simple')
    const state = await page.begin('a', bytes)
    const path = `/api/imports/${state.id}`
    expect(await page.post(`${path}?at=0`, Buffer.alloc(20_001))).toMatchObject({
      status: 413,
      state: { error: 'send at most 20000 bytes at once' },
    })
    expect(await page.post(`${path}?at=5`, bytes)).toMatchObject({
      status: 400,
      state: { error: 'the piece at 5 is not the next; that begins at 0' },
    })
    expect(await page.post(path, bytes)).toMatchObject({ status: 400 })
    const chunked = await send(page.server, `${path}?at=0`, {
      method: 'POST',
      headers: { ...page.headers, 'transfer-encoding': 'chunked' },
      body: 'x'.repeat(20_001),
    })
    expect(chunked.status).toBe(413)
    expect((await page.sendAll(state, bytes, 10_000)).report).toMatchObject({ logs: 18 })
  })

  it('whose connection is cut, or that comes too slowly, is not read, and may be sent again', async () => {
    const page = await openPage({ limits: { headTimeoutMs: 200, requestTimeoutMs: 200 } })
    const bytes = lineOf('a-simple')
    const state = await page.begin('a', bytes)
    const head = [
      `POST /api/imports/${state.id}?at=0&end HTTP/1.1`,
      `Host: 127.0.0.1:${page.server.port}`,
      ...Object.entries(page.headers).map(([name, value]) => `${name}: ${value}`),
      `Content-Length: ${bytes.length}`,
    ].join('\r\n')
    const sendHalf = () => {
      const socket = connect(page.server.port, '127.0.0.1')
      onTestFinished(() => void socket.destroy())
      socket.on('error', () => {})
      socket.write(`${head}\r\n\r\n`)
      socket.write(bytes.subarray(0, bytes.length / 2))
      return socket
    }
    const cut = sendHalf()
    await once(cut, 'connect')
    cut.destroy()
    const slow = sendHalf()
    const [answer] = await once(slow, 'data')
    expect(String(answer)).toMatch(/^HTTP\/1\.1 408 /)
    const { report, received } = await page.sendAll(state, bytes)
    expect(report).toMatchObject({ logs: 18, refused: [] })
    expect(received).toBe(bytes.length)
  })
})

it('a server that is closed ends the file that is added', async () => {
  const page = await openPage()
  const bytes = lineOf('a-simple')
  const state = await page.begin('a', bytes)
  await page.post(`/api/imports/${state.id}?at=0`, bytes)
  await page.server.close(0)
  // The next one of the same store knows nothing of it.
  expect(await importPaths(page.server.store, ...capturesOf('a-simple'))).toMatchObject({ logs: 18, known: 0 })
})
