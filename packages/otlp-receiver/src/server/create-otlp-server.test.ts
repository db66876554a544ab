import { once } from 'node:events'
import { type ClientHttp2Stream, connect as connectHttp2 } from 'node:http2'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { connect as connectTls } from 'node:tls'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import { decodeBinary } from '../codec/otlp-codec.ts'
import { SIGNALS } from '../codec/signals.ts'
import { openHttp, type Reply, type SendOptions, send } from '../testing/otlp-client.ts'
import { encodeLogs, sampleRequest } from '../testing/otlp-requests.ts'
import type { Batch, Outcome } from './batch.ts'
import { createOtlpServer, type OtlpServer, type OtlpServerOptions } from './create-otlp-server.ts'
import type { Refusal } from './refusal.ts'

interface Started extends OtlpServer {
  httpUrl: string
  grpcUrl: string
  batches: Batch[]
  refusals: Refusal[]
}

const open: OtlpServer[] = []
afterEach(() => Promise.all(open.splice(0).map(server => server.close({ graceMs: 0 }))))

async function start(options: Partial<OtlpServerOptions> = {}): Promise<Started> {
  const batches: Batch[] = []
  const refusals: Refusal[] = []
  const server = await createOtlpServer({
    ports: { http: 0, grpc: 0 },
    onRefused: refusal => refusals.push(refusal),
    ...options,
    onBatch: batch => {
      batches.push(batch)
      return options.onBatch?.(batch)
    },
  })
  open.push(server)
  return Object.assign(server, {
    httpUrl: server.httpUrls[0] ?? '',
    grpcUrl: server.grpcUrls[0] ?? '',
    batches,
    refusals,
  })
}

const TRANSPORTS = ['http', 'grpc'] as const
const sendLogs = (server: Started, transport: 'http' | 'grpc', options?: SendOptions): Promise<Reply> =>
  send(server, transport, 'logs', encodeLogs(2), options)
const portOf = (url: string): number => Number(new URL(url).port)

it('the server tells a person who comes with a browser what its port takes, and its name', async () => {
  const server = await start({ name: 'collector/1.2 (page http://127.0.0.1:1/)' })
  const response = await fetch(server.httpUrl, { headers: { accept: 'text/html,application/xml;q=0.9,*/*;q=0.8' } })
  expect([response.status, response.headers.get('content-type')]).toEqual([404, 'text/plain; charset=utf-8'])
  expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  expect(await response.text()).toBe(
    'This port takes OTLP: no signal is received at /; use /v1/logs, /v1/metrics, /v1/traces\ncollector/1.2 (page http://127.0.0.1:1/)\n',
  )
})

describe.each(TRANSPORTS)('the server over %s', transport => {
  const http = transport === 'http'

  it('hands each request to the sink, and answers when the sink has it', async () => {
    const names: string[] = []
    const server = await start({
      onBatch: async batch => {
        await Promise.resolve()
        if (batch.signal === 'logs') expect(batch.forEach(log => void names.push(log.eventName))).toBe(2)
        return undefined
      },
    })
    const options = { gzip: true, headers: { 'x-agent': 'a' } }
    expect((await sendLogs(server, transport, options)).status).toBe(http ? 200 : 0)
    expect(names).toEqual(['codex.user_prompt', 'codex.user_prompt'])
    const [batch] = server.batches
    expect(batch).toMatchObject({ signal: 'logs', transport, encoding: 'binary' })
    expect(batch?.head.headers['x-agent']).toBe('a')
    expect(batch?.count()).toBe(2)
    expect(batch?.bytes).toBeLessThan(batch?.body.length ?? 0)
    expect([...(batch?.body ?? [])]).toEqual([...encodeLogs(2)])
    expect(batch?.body.byteLength).toBe(batch?.body.buffer.byteLength)
    expect(server.refusals).toEqual([])
    expect(server.load).toMatchObject({ requests: 0, bytes: 0 })
  })

  it('names itself in each answer, where it has a name', async () => {
    const server = await start({ name: 'collector/1.2', onBatch: () => ({ outcome: 'stored' }) })
    expect((await sendLogs(server, transport)).headers.server).toBe('collector/1.2')
    const refusing = await start({ name: 'collector/1.2', onBatch: () => ({ outcome: 'busy' }) })
    expect((await sendLogs(refusing, transport)).headers.server).toBe('collector/1.2')
    expect((await sendLogs(await start(), transport)).headers.server).toBeUndefined()
    let version = 1
    const changing = await start({ name: () => `collector/${version++}`, onBatch: () => ({ outcome: 'stored' }) })
    expect((await sendLogs(changing, transport)).headers.server).toBe('collector/1')
    expect((await sendLogs(changing, transport)).headers.server).toBe('collector/2')
  })

  it('tells the client which records the sink did not take', async () => {
    const server = await start({ onBatch: () => ({ outcome: 'stored', rejected: 1, message: 'too old' }) })
    const reply = await sendLogs(server, transport)
    expect(decodeBinary('ExportLogsServiceResponse', reply.body).partialSuccess).toMatchObject({
      rejectedLogRecords: 1n,
      errorMessage: 'too old',
    })
    expect(server.refusals).toEqual([])
  })

  it('asks the client to wait when the sink is busy', async () => {
    const server = await start({ onBatch: () => ({ outcome: 'busy', retryAfterSeconds: 3 }) })
    const reply = await sendLogs(server, transport)
    expect(reply.status).toBe(http ? 429 : 14)
    if (http) expect(reply.headers['retry-after']).toBe('3')
    else {
      const { details } = decodeBinary('RpcStatus', reply.headers['grpc-status-details-bin'] as Uint8Array)
      expect(decodeBinary('RetryInfo', details[0]?.value ?? new Uint8Array()).retryDelay?.seconds).toBe(3n)
    }
    expect(server.refusals).toMatchObject([
      { transport, status: reply.status, reason: 'the server has more than it can store' },
    ])
  })

  it('refuses what the sink refuses, with its status and advice', async () => {
    const onBatch = (): Outcome => ({
      outcome: 'refused',
      status: 403,
      message: 'logs are off',
      advice: 'turn them on',
    })
    const server = await start({ onBatch })
    const reply = await sendLogs(server, transport)
    expect(reply.status).toBe(http ? 403 : 7)
    const message = http ? decodeBinary('RpcStatus', reply.body).message : decodeURIComponent(reply.message)
    expect(message).toBe('logs are off; turn them on')
    expect(server.refusals).toMatchObject([{ reason: 'logs are off', advice: 'turn them on' }])
  })

  it('tells onRefused alone why the sink failed', async () => {
    const server = await start({ onBatch: () => Promise.reject(new Error('disk /home/me/db is full')) })
    const reply = await sendLogs(server, transport)
    expect(reply.status).toBe(http ? 500 : 13)
    expect(http ? decodeBinary('RpcStatus', reply.body).message : decodeURIComponent(reply.message)).toBe(
      'the server failed to take the records',
    )
    expect(server.refusals[0]?.reason).toBe('the server failed to take the records: disk /home/me/db is full')
  })

  it('refuses malformed records that the sink decodes', async () => {
    const server = await start({ onBatch: batch => void batch.forEach(() => {}) })
    const reply = await send(server, transport, 'logs', Uint8Array.of(0x0a, 0x7f, 1))
    expect(reply.status).toBe(http ? 400 : 3)
    expect(server.refusals).toMatchObject([{ status: reply.status, reason: expect.stringMatching(/\w/), bytes: 3 }])
  })

  it('refuses a record above the limits of one', async () => {
    const onBatch = (batch: Batch): undefined => void batch.forEach(() => {})
    const server = await start({ limits: { record: { attributes: 8 } }, onBatch })
    expect((await sendLogs(server, transport)).status).toBe(http ? 400 : 3)
    expect(server.refusals[0]?.reason).toBe('more than 8 attributes or elements in one place')
  })

  it('refuses a body above the limit, and one that inflates above it, while it inflates', async () => {
    const server = await start({ limits: { receivedBytes: 200_000, decodedBytes: 400_000 } })
    // 100 MB in 97 KB.
    const bomb = await send(server, transport, 'logs', new Uint8Array(100_000_000), { gzip: true })
    expect(bomb.status).toBe(http ? 413 : 8)
    await send(server, transport, 'logs', new Uint8Array(300_000)).catch(() => {})
    await expect.poll(() => server.refusals.length).toBe(2)
    expect(server.refusals.map(({ reason }) => reason)).toEqual([
      'the decompressed body is larger than the receiver takes (400000 bytes)',
      'the body is larger than the receiver takes (200000 bytes)',
    ])
    expect(server.batches).toEqual([])
    await expect.poll(() => server.load).toMatchObject({ requests: 0, bytes: 0 })
  })

  it('refuses requests above the number that may be in work, and takes further ones later', async () => {
    const gate = Promise.withResolvers<undefined>()
    const server = await start({ limits: { requests: 1 }, onBatch: () => gate.promise })
    const first = sendLogs(server, transport)
    await expect.poll(() => server.batches.length).toBe(1)
    const second = await sendLogs(server, transport)
    expect(second.status).toBe(http ? 429 : 14)
    if (http) expect(second.headers['retry-after']).toBe('1')
    expect(server.refusals).toMatchObject([{ reason: '1 requests are in work already' }])
    gate.resolve(undefined)
    expect((await first).status).toBe(http ? 200 : 0)
    expect((await sendLogs(server, transport)).status).toBe(http ? 200 : 0)
  })

  it('refuses requests while others hold too many bytes', async () => {
    const gate = Promise.withResolvers<undefined>()
    const size = encodeLogs(2).length
    const server = await start({ limits: { heldBytes: size + 10 }, onBatch: () => gate.promise })
    const first = sendLogs(server, transport)
    await expect.poll(() => server.batches.length).toBe(1)
    expect((await sendLogs(server, transport)).status).toBe(http ? 429 : 14)
    expect(server.refusals[0]?.reason).toBe(`the requests in work hold ${size + 10} bytes already`)
    gate.resolve(undefined)
    expect((await first).status).toBe(http ? 200 : 0)
    await expect.poll(() => server.load).toMatchObject({ requests: 0, bytes: 0 })
  })

  it('refuses a request without the key that it asks for', async () => {
    const server = await start({ authorize: ({ headers }) => headers['x-key'] === 'k' })
    expect((await sendLogs(server, transport)).status).toBe(http ? 401 : 16)
    expect((await sendLogs(server, transport, { headers: { 'x-key': 'k' } })).status).toBe(http ? 200 : 0)
  })

  it('refuses what a web page sends, except for the pages that are named', async () => {
    const server = await start({ allowOrigins: ['https://mine.example'] })
    const from = (headers: Record<string, string>): Promise<Reply> => sendLogs(server, transport, { headers })
    expect((await from({ origin: 'https://evil.example' })).status).toBe(http ? 403 : 7)
    expect((await from({ origin: 'null' })).status).toBe(http ? 403 : 7)
    expect((await from({ 'sec-fetch-site': 'cross-site' })).status).toBe(http ? 403 : 7)
    expect((await from({ origin: 'https://mine.example', 'sec-fetch-site': 'cross-site' })).status).toBe(http ? 200 : 0)
    expect(server.refusals[0]?.reason).toBe('a web page of https://evil.example sent it')
    expect(server.batches).toHaveLength(1)
  })

  it('listens at both loopback addresses, on the same port', async () => {
    const server = await start()
    const urls = http ? server.httpUrls : server.grpcUrls
    expect(urls.map(url => new URL(url).hostname)).toEqual(['127.0.0.1', '[::1]'])
    expect(new Set(urls.map(portOf)).size).toBe(1)
    if (http) {
      for (const httpUrl of urls) {
        expect((await send({ httpUrl, grpcUrl: '' }, 'http', 'logs', encodeLogs(1))).status).toBe(200)
      }
    }
  })

  it('waits for the requests in work when it closes, and takes no new ones', async () => {
    const gate = Promise.withResolvers<undefined>()
    const server = await start({ onBatch: () => gate.promise })
    const first = sendLogs(server, transport)
    await expect.poll(() => server.batches.length).toBe(1)
    const closing = Promise.all([server.close(), server.close()])
    // gRPC clients of one process share a connection, which is open still.
    const late = sendLogs(server, transport).then(
      ({ status }) => status,
      error => error.code,
    )
    expect(await late).toBe(http ? 'ECONNREFUSED' : 14)
    gate.resolve(undefined)
    expect((await first).status).toBe(http ? 200 : 0)
    await closing
  })
})

describe('the server says what to change', () => {
  it.each([
    ['/v1/log', 'use /v1/logs'],
    ['/api/traces?key=secret', 'use /v1/traces'],
    ['/', 'use /v1/logs, /v1/metrics, /v1/traces'],
  ])('when a request comes to %s', async (path, advice) => {
    const server = await start()
    const reply = await sendLogs(server, 'http', { path, headers: { 'user-agent': 'agent/1' } })
    expect(reply.status).toBe(404)
    expect(decodeBinary('RpcStatus', reply.body).message).toContain(`; ${advice}`)
    const [refusal] = server.refusals
    expect(refusal).toMatchObject({ transport: 'http', method: 'POST', status: 404, advice, userAgent: 'agent/1' })
    expect(refusal?.path).toBe(path.replace(/\?.*/, ''))
    expect(refusal?.timeMs).toBeGreaterThan(Date.now() - 60_000)
  })

  it('when a request is addressed to a name that is not its own', async () => {
    const server = await start()
    expect((await sendLogs(server, 'http', { headers: { host: 'evil.example:4318' } })).status).toBe(421)
    expect(server.refusals[0]?.advice).toBe('address it to localhost, or allow that name')
    for (const host of ['localhost', 'LOCALHOST:1', '[::1]:4318', '127.0.0.1']) {
      expect((await sendLogs(server, 'http', { headers: { host } })).status).toBe(200)
    }
    const other = await start({ allowHosts: 'any' })
    expect((await sendLogs(other, 'http', { headers: { host: 'collector.example' } })).status).toBe(200)
  })

  it('when another protocol arrives at a port', async () => {
    const server = await start()
    await expect(sendLogs({ ...server, grpcUrl: server.httpUrl }, 'grpc')).rejects.toThrow()
    await expect(sendLogs({ ...server, httpUrl: server.grpcUrl }, 'http')).rejects.toThrow()
    const tls = connectTls({ port: portOf(server.httpUrl), host: '127.0.0.1' })
    tls.on('error', () => {})
    await expect
      .poll(() => server.refusals.map(({ reason }) => reason))
      .toEqual([
        'gRPC arrived at the port of OTLP/HTTP',
        'something other than HTTP/2 arrived at the port of OTLP/gRPC',
        'TLS arrived at a port without it',
      ])
    expect(server.refusals.map(({ status, path }) => [status, path])).toEqual(Array(3).fill([undefined, '']))
  })
})

describe('the server and calls of gRPC that no library makes', () => {
  const callOf = (server: Started, path: string = SIGNALS.logs.grpcPath): ClientHttp2Stream => {
    const session = connectHttp2(server.grpcUrl)
    onTestFinished(() => session.destroy())
    return session.request({ ':method': 'POST', ':path': path, 'content-type': 'application/grpc' })
  }
  const answerTo = async (call: ClientHttp2Stream, bytes: readonly number[]): Promise<Record<string, unknown>> => {
    const [answer] = await Promise.all([once(call, 'response'), call.end(Buffer.from(bytes))])
    return answer[0]
  }

  it('refuses a message that says of itself neither that it is compressed nor that it is not', async () => {
    const server = await start()
    expect(await answerTo(callOf(server), [7, 0, 0, 0, 0])).toMatchObject({ 'grpc-status': '3' })
    expect(server.refusals).toMatchObject([{ reason: 'byte 0 is 7, neither 0 nor 1' }])
    expect(server.batches).toEqual([])
  })

  it('repeats the beginning of a path alone', async () => {
    const server = await start()
    const answer = await answerTo(callOf(server, `/${'p'.repeat(8_000)}`), [])
    expect(answer).toMatchObject({ 'grpc-status': '12' })
    expect(String(answer['grpc-message']).length).toBeLessThan(500)
  })
})

describe('the server and slow clients', () => {
  it('ends a request whose body does not arrive in time', async () => {
    const server = await start({ limits: { requestTimeoutMs: 50 } })
    const request = openHttp(server, 'logs', { headers: { 'content-length': '1000' } })
    const answered = new Promise<number | undefined>((resolve, reject) => {
      request.on('response', response => resolve(response.resume().statusCode))
      request.on('error', reject)
    })
    request.write(gzipSync('half'))
    expect(await answered).toBe(408)
    expect(server.refusals).toMatchObject([{ status: 408, reason: 'the body did not arrive within 50 ms' }])
    await expect.poll(() => server.load).toMatchObject({ requests: 0, bytes: 0 })
  })

  it('closes a connection that sends the head of a request byte by byte', async () => {
    const server = await start({ limits: { idleTimeoutMs: 100 } })
    const socket = connect(portOf(server.httpUrl), '127.0.0.1')
    const drip = setInterval(() => socket.write('P'), 10)
    socket.on('error', () => {})
    expect(await text(socket).catch(() => '')).toBe('')
    clearInterval(drip)
  })

  it('keeps a connection open while its request is in work', async () => {
    const gate = Promise.withResolvers<undefined>()
    const server = await start({ limits: { idleTimeoutMs: 20 }, onBatch: () => gate.promise })
    const sent = sendLogs(server, 'http')
    await expect.poll(() => server.batches.length).toBe(1)
    const idle = connect(portOf(server.httpUrl), '127.0.0.1')
    // The second connection is closed for being idle; the first is as old.
    expect(await text(idle)).toBe('')
    gate.resolve(undefined)
    expect((await sent).status).toBe(200)
  })
})

describe('the start of the server', () => {
  it('fails on a port that is taken, and leaves no port open', async () => {
    const first = await start()
    const grpc = portOf(first.grpcUrl)
    await expect(start({ ports: { http: 0, grpc } })).rejects.toMatchObject({ code: 'EADDRINUSE', port: grpc })
    expect((await sendLogs(first, 'http')).status).toBe(200)
  })

  it('leaves out a transport that is not wanted', async () => {
    const server = await start({ ports: { http: 0, grpc: false } })
    expect(server.grpcUrls).toEqual([])
    expect((await send(server, 'http', 'traces', sampleRequest('traces'))).status).toBe(200)
  })

  it('fails on an address that the machine does not have, if it was asked for', async () => {
    await expect(start({ hosts: ['192.0.2.1'] })).rejects.toMatchObject({ code: 'EADDRNOTAVAIL' })
  })

  it('names the wrong limit', async () => {
    await expect(start({ limits: { requests: 0 } })).rejects.toThrow('"requests" is 0; give a number above 0')
    await expect(start({ limits: { bytes: 1 } as object })).rejects.toThrow(
      '"bytes" is not known; there are receivedBytes',
    )
    await expect(start({ limits: { record: { depth: -1 } } })).rejects.toThrow('limits.record: "depth" is -1')
  })
})
