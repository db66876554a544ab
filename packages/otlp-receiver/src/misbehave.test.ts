import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { decodeBinary } from './otlp-codec.ts'
import { type Receiver, startReceiver } from './start-receiver.ts'
import { openHttp, type Reply, type SendOptions, send } from './testing/otlp-client.ts'
import { encodeLogs, sampleRequest } from './testing/otlp-requests.ts'

let receiver: Receiver
beforeEach(async () => {
  receiver = await startReceiver()
})
afterEach(() => receiver.close())

const TRANSPORTS = ['http', 'grpc'] as const
const sendLogs = (transport: 'http' | 'grpc', options?: SendOptions): Promise<Reply> =>
  send(receiver, transport, 'logs', sampleRequest('logs'), options)
const OK = { http: 200, grpc: 0 }

describe.each(TRANSPORTS)('over %s', transport => {
  const http = transport === 'http'

  it('answers with a status, for as many requests as asked', async () => {
    const misbehaviour = receiver.misbehave({ answer: { status: 503, message: 'full' } }, { times: 2 })
    const statuses: number[] = []
    for (let i = 0; i < 3; i++) statuses.push((await sendLogs(transport)).status)
    expect(statuses).toEqual(http ? [503, 503, 200] : [14, 14, 0])
    expect(misbehaviour.hits).toBe(2)
    expect(receiver.counts.logs).toBe(1)
    expect(receiver.requests.map(({ stored, recordCount }) => [stored, recordCount])).toEqual([
      [false, 1],
      [false, 1],
      [true, 1],
    ])
  })

  it('asks for a pause', async () => {
    receiver.misbehave({ answer: { status: 429, retryAfter: 1.5, headers: { 'X-Why': 'tests' } } })
    const reply = await sendLogs(transport)
    expect(reply.status).toBe(http ? 429 : 8)
    expect(reply.headers['x-why']).toBe('tests')
    if (http) expect(reply.headers['retry-after']).toBe('1.5')
    else {
      const status = decodeBinary('RpcStatus', reply.headers['grpc-status-details-bin'] as Uint8Array)
      expect(status.details[0]?.typeUrl).toBe('type.googleapis.com/google.rpc.RetryInfo')
      const { retryDelay } = decodeBinary('RetryInfo', status.details[0]?.value ?? new Uint8Array())
      expect(retryDelay).toMatchObject({ seconds: 1n, nanos: 500_000_000 })
    }
  })

  it('says that some records were not taken', async () => {
    receiver.misbehave({ answer: { partialSuccess: { rejected: 2, message: 'too old' } } })
    const reply = await sendLogs(transport)
    expect(reply.status).toBe(OK[transport])
    expect(decodeBinary('ExportLogsServiceResponse', reply.body).partialSuccess).toMatchObject({
      rejectedLogRecords: 2n,
      errorMessage: 'too old',
    })
    expect(receiver.counts.logs).toBe(1)
  })

  it('answers with garbage', async () => {
    receiver.misbehave({ answer: { body: Uint8Array.of(0xff, 0xff) } })
    const reply = await sendLogs(transport)
    expect(reply.status).toBe(OK[transport])
    expect([...reply.body]).toEqual([0xff, 0xff])
  })

  it('answers late', async () => {
    receiver.misbehave({ delayMs: 40 })
    const started = performance.now()
    expect((await sendLogs(transport)).status).toBe(OK[transport])
    expect(performance.now() - started).toBeGreaterThan(35)
  })

  it('answers slowly', async () => {
    receiver.misbehave({ answer: { body: 'ab', paceMs: 15 } })
    const started = performance.now()
    expect((await sendLogs(transport)).body.toString()).toBe('ab')
    expect(performance.now() - started).toBeGreaterThan(40)
  })

  it('reads but never answers', async () => {
    receiver.misbehave({ answer: 'hang' })
    const sent = sendLogs(transport, { timeoutMs: 150 }).then(
      ({ status }) => status,
      error => error.message,
    )
    await receiver.waitFor(r => r.requests[0]?.outcome === 'hung')
    expect(receiver.requests[0]).toMatchObject({ recordCount: 1, stored: false })
    expect(await sent).toBe(http ? 'no answer in time' : 4)
  })

  it.each([
    ['before it reads anything', { read: 'nothing' }, undefined],
    ['after the headers', { read: 'headers' }, 0],
    ['in mid-request', { read: 'part' }, 0],
    ['after the whole request', {}, 1],
  ] as const)('resets the connection %s', async (_name, behaviour, recordCount) => {
    const misbehaviour = receiver.misbehave({ ...behaviour, answer: 'reset' })
    await expect(sendLogs(transport)).rejects.toMatchObject(
      http ? { code: expect.stringMatching(/ECONNRESET|EPIPE/) } : { code: 14 },
    )
    expect(misbehaviour.hits).toBe(1)
    expect(receiver.counts.logs).toBe(0)
    if (recordCount === undefined) expect(receiver.requests).toEqual([])
    else expect(receiver.requests[0]).toMatchObject({ outcome: 'reset', recordCount, stored: false })
  })

  it('loses the answer of a request that it stored', async () => {
    receiver.misbehave({ answer: 'reset', store: true }, { times: 1 })
    await expect(sendLogs(transport)).rejects.toThrow()
    expect(receiver.counts.logs).toBe(1)
    expect((await sendLogs(transport)).status).toBe(OK[transport])
    expect(receiver.counts.logs).toBe(2)
  })

  it('closes without an answer', async () => {
    receiver.misbehave({ answer: 'close' })
    await expect(sendLogs(transport)).rejects.toThrow()
    expect(receiver.requests[0]).toMatchObject({ outcome: 'closed', stored: false })
  })

  it('is a black hole: the connection stands and nothing is read', async () => {
    const misbehaviour = receiver.misbehave({ read: 'nothing', answer: 'hang' })
    const socket = connect(Number(new URL(http ? receiver.httpUrl : receiver.grpcUrl).port), '127.0.0.1')
    socket.write('POST / HTTP/1.1\r\nhost: x\r\n\r\n')
    await receiver.waitFor(() => receiver.connections[transport] === 1)
    expect(misbehaviour.hits).toBe(1)
    expect(receiver.requests).toEqual([])
    await receiver.close()
    expect(await text(socket)).toBe('')
  })
})

it('stops taking in a body that it was told not to read', async () => {
  receiver.misbehave({ read: 'headers', answer: 'hang' })
  const request = openHttp(receiver, 'logs', {})
  request.on('error', () => {})
  const mebibyte = Buffer.alloc(1024 * 1024)
  // Buffers on both sides take a few MiB; what comes after stays with the client.
  for (let i = 0; i < 64; i++) request.write(mebibyte)
  await receiver.waitFor(r => r.requests[0]?.outcome === 'hung')
  expect(request.writableNeedDrain).toBe(true)
  expect(receiver.requests[0]?.body.length).toBe(0)
  request.destroy()
})

it('answers a gRPC call as a proxy without gRPC does', async () => {
  receiver.misbehave({ answer: { status: 502, body: '<html>bad gateway</html>', bareHttp: true } })
  const reply = await sendLogs('grpc')
  expect(reply.status).toBe(14)
  expect(reply.message).toContain('502')
  expect(receiver.requests[0]?.status).toBe(502)
})

it('decides by the request, and only for the chosen signal and transport', async () => {
  receiver.misbehave(({ headers }) => (headers['x-key'] === 'good' ? undefined : { answer: { status: 401 } }), {
    signal: 'logs',
  })
  receiver.misbehave({ answer: { status: 500 } }, { transport: 'grpc', signal: 'traces' })
  const good = { headers: { 'x-key': 'good' } }
  expect((await sendLogs('http', good)).status).toBe(200)
  expect((await sendLogs('http')).status).toBe(401)
  expect((await sendLogs('grpc')).status).toBe(16)
  expect((await send(receiver, 'http', 'traces', sampleRequest('traces'))).status).toBe(200)
  expect((await send(receiver, 'grpc', 'traces', sampleRequest('traces'))).status).toBe(13)
})

it('takes behaviours in the order in which they came, until they are cleared', async () => {
  const first = receiver.misbehave({ answer: { status: 500 } })
  receiver.misbehave({ answer: { status: 503 } })
  expect((await sendLogs('http')).status).toBe(500)
  first.clear()
  expect((await sendLogs('http')).status).toBe(503)
  receiver.behave()
  expect((await sendLogs('http')).status).toBe(200)
})

it('tells what is wrong with a behaviour', () => {
  expect(() => receiver.misbehave({}, { times: 0 })).toThrow('"times" is 0; give a whole number from 1')
  expect(() => receiver.misbehave({ read: 'part', store: true, answer: 'reset' })).toThrow(
    '"store" needs the whole request',
  )
  expect(() => receiver.misbehave({ read: 'nothing' })).toThrow('set "answer" to "hang", "reset" or "close"')
  expect(() => receiver.misbehave({ read: 'nothing', answer: 'hang' }, { signal: 'logs' })).toThrow(
    'leave out "signal"',
  )
  expect(() => receiver.misbehave({ delayMs: -1 })).toThrow('"delayMs" is -1')
})

it('leaves a request whose client gives up during a delay', async () => {
  receiver.misbehave({ delayMs: 60_000, store: true })
  const request = openHttp(receiver, 'logs', {})
  request.on('error', () => {})
  request.end(encodeLogs(1))
  await receiver.waitForLogs(1)
  request.destroy()
  await receiver.waitFor(r => r.requests[0]?.outcome === 'aborted')
})
