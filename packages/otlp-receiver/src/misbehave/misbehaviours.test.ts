import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { decodeBinary } from '../codec/otlp-codec.ts'
import { type Receiver, startReceiver } from '../server/start-receiver.ts'
import { openHttp, type Reply, type SendOptions, send } from '../testing/otlp-client.ts'
import { encodeLogs, sampleRequest } from '../testing/otlp-requests.ts'

let receiver: Receiver
beforeEach(async () => {
  receiver = await startReceiver()
})
afterEach(() => receiver.close())

const TRANSPORTS = ['http', 'grpc'] as const
const sendLogs = (transport: 'http' | 'grpc', options?: SendOptions): Promise<Reply> =>
  send(receiver, transport, 'logs', sampleRequest('logs'), options)
const OK = { http: 200, grpc: 0 }

describe.each(TRANSPORTS)('the misbehaving receiver over %s', transport => {
  const http = transport === 'http'

  it('answers with the given status, and `times` limits the number of requests', async () => {
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

  it('asks the client to wait with Retry-After or RetryInfo', async () => {
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

  it('reports rejected records in a partial success', async () => {
    receiver.misbehave({ answer: { partialSuccess: { rejected: 2, message: 'too old' } } })
    const reply = await sendLogs(transport)
    expect(reply.status).toBe(OK[transport])
    expect(decodeBinary('ExportLogsServiceResponse', reply.body).partialSuccess).toMatchObject({
      rejectedLogRecords: 2n,
      errorMessage: 'too old',
    })
    expect(receiver.counts.logs).toBe(1)
  })

  it('answers with a body that is no OTLP message', async () => {
    receiver.misbehave({ answer: { body: Uint8Array.of(0xff, 0xff) } })
    const reply = await sendLogs(transport)
    expect(reply.status).toBe(OK[transport])
    expect([...reply.body]).toEqual([0xff, 0xff])
  })

  it('answers after delayMs', async () => {
    receiver.misbehave({ delayMs: 40 })
    const started = performance.now()
    expect((await sendLogs(transport)).status).toBe(OK[transport])
    expect(performance.now() - started).toBeGreaterThan(35)
  })

  it('sends the answer one byte at a time with paceMs', async () => {
    receiver.misbehave({ answer: { body: 'ab', paceMs: 15 } })
    const started = performance.now()
    expect((await sendLogs(transport)).body.toString()).toBe('ab')
    expect(performance.now() - started).toBeGreaterThan(40)
  })

  it('reads a request and never answers it', async () => {
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
    ['in the middle of the request', { read: 'part' }, 0],
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

  it('stores a request and resets the connection in place of an answer', async () => {
    receiver.misbehave({ answer: 'reset', store: true }, { times: 1 })
    await expect(sendLogs(transport)).rejects.toThrow()
    expect(receiver.counts.logs).toBe(1)
    expect((await sendLogs(transport)).status).toBe(OK[transport])
    expect(receiver.counts.logs).toBe(2)
  })

  it('closes the connection without an answer', async () => {
    receiver.misbehave({ answer: 'close' })
    await expect(sendLogs(transport)).rejects.toThrow()
    expect(receiver.requests[0]).toMatchObject({ outcome: 'closed', stored: false })
  })

  it('holds a connection open and reads nothing from it', async () => {
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

it('the receiver leaves the body in the socket when a behaviour reads the headers alone', async () => {
  receiver.misbehave({ read: 'headers', answer: 'hang' })
  const request = openHttp(receiver, 'logs', {})
  request.on('error', () => {})
  const mebibyte = Buffer.alloc(1024 * 1024)
  // The buffers of both sides hold a few MiB; the client keeps the rest.
  for (let i = 0; i < 64; i++) request.write(mebibyte)
  await receiver.waitFor(r => r.requests[0]?.outcome === 'hung')
  expect(request.writableNeedDrain).toBe(true)
  expect(receiver.requests[0]?.body.length).toBe(0)
  request.destroy()
})

it('the receiver answers a gRPC call like a proxy without gRPC support', async () => {
  receiver.misbehave({ answer: { status: 502, body: '<html>bad gateway</html>', bareHttp: true } })
  const reply = await sendLogs('grpc')
  expect(reply.status).toBe(14)
  expect(reply.message).toContain('502')
  expect(receiver.requests[0]?.status).toBe(502)
})

it('a behaviour applies only to its signal and transport, and a function chooses by the request', async () => {
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

it('the oldest behaviour decides until it is cleared', async () => {
  const first = receiver.misbehave({ answer: { status: 500 } })
  receiver.misbehave({ answer: { status: 503 } })
  expect((await sendLogs('http')).status).toBe(500)
  first.clear()
  expect((await sendLogs('http')).status).toBe(503)
  receiver.behave()
  expect((await sendLogs('http')).status).toBe(200)
})

it('misbehave throws an error that names the wrong option and its remedy', () => {
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

it('the receiver records as aborted a request whose client leaves during a delay', async () => {
  receiver.misbehave({ delayMs: 60_000, store: true })
  const request = openHttp(receiver, 'logs', {})
  request.on('error', () => {})
  request.end(encodeLogs(1))
  await receiver.waitForLogs(1)
  request.destroy()
  await receiver.waitFor(r => r.requests[0]?.outcome === 'aborted')
})
