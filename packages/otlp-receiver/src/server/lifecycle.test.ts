import { spawn } from 'node:child_process'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, expect, it } from 'vitest'
import { send } from '../testing/otlp-client.ts'
import { encodeLogs, sampleRequest } from '../testing/otlp-requests.ts'
import { startReceiver } from './start-receiver.ts'

const open: Awaited<ReturnType<typeof startReceiver>>[] = []
const start: typeof startReceiver = async options => {
  const receiver = await startReceiver(options)
  open.push(receiver)
  return receiver
}
afterEach(() => Promise.all(open.splice(0).map(receiver => receiver.close())))

it('the receiver waits until records arrive', async () => {
  const receiver = await start()
  const waiting = receiver.waitForLogs(3)
  await send(receiver, 'http', 'logs', encodeLogs(1))
  await send(receiver, 'grpc', 'logs', encodeLogs(2))
  expect(await waiting).toHaveLength(3)
  expect(await receiver.waitForRequests(2)).toHaveLength(2)
})

it('a wait that times out counts what arrived', async () => {
  const receiver = await start()
  receiver.misbehave({ answer: { status: 503 } })
  await send(receiver, 'http', 'logs', encodeLogs(1))
  await expect(receiver.waitForLogs(2, { timeoutMs: 10 })).rejects.toThrow(
    'waited 10 ms for 2 logs; received 0 logs, 0 metric points, 0 spans in 1 requests, the last one answered with 503',
  )
  await expect(receiver.waitFor(r => r.spans.length > 0, { timeoutMs: 10, what: 'a span' })).rejects.toThrow(
    'for a span',
  )
})

it('a wait rejects with the error that its condition throws', async () => {
  const receiver = await start()
  const waiting = receiver.waitFor(r => {
    if (r.requests.length > 0) throw new Error('no')
    return false
  })
  const failed = expect(waiting).rejects.toThrow('no')
  await send(receiver, 'http', 'logs', encodeLogs(1))
  await failed
})

it('the receiver forgets records and requests on reset, and receives further ones', async () => {
  const receiver = await start()
  await send(receiver, 'http', 'logs', encodeLogs(2))
  receiver.reset()
  expect([receiver.logs, receiver.requests, receiver.counts.logs]).toEqual([[], [], 0])
  await send(receiver, 'http', 'logs', encodeLogs(1))
  expect(receiver.logs).toHaveLength(1)
  expect(receiver.requests[0]?.number).toBe(1)
})

it("the receiver with retain 'bodies' counts at once and decodes when records are read", async () => {
  const receiver = await start({ retain: 'bodies' })
  await send(receiver, 'http', 'logs', encodeLogs(3), { gzip: true })
  await send(receiver, 'http', 'metrics', sampleRequest('metrics', 'json'), { encoding: 'json' })
  expect(receiver.counts).toEqual({ logs: 3, metrics: 5, traces: 0 })
  expect(receiver.logs.map(log => log.eventName)).toEqual(Array(3).fill('codex.user_prompt'))
  expect(receiver.metrics).toHaveLength(5)
  expect(receiver.logs).toHaveLength(3)
})

it('reading a malformed retained body throws once, and the next reading gives the records of the next body', async () => {
  const receiver = await start({ retain: 'bodies' })
  // A log record, three messages deep, with the illegal field number 0.
  expect((await send(receiver, 'http', 'logs', Uint8Array.of(0x0a, 5, 0x12, 3, 0x12, 1, 0))).status).toBe(200)
  await send(receiver, 'http', 'logs', encodeLogs(1))
  expect(() => receiver.logs).toThrow('illegal tag')
  expect(receiver.logs).toHaveLength(1)
})

it("the receiver with retain 'counts' keeps neither records nor bodies", async () => {
  const receiver = await start({ retain: 'counts' })
  await send(receiver, 'grpc', 'logs', encodeLogs(3), { gzip: true })
  await receiver.waitFor(r => r.counts.logs === 3)
  expect(receiver.logs).toEqual([])
  expect(receiver.requests[0]).toMatchObject({ recordCount: 3, stored: true })
  expect(receiver.requests[0]?.body).toHaveLength(0)
})

it('a second receiver starts on the ports of a closed one, and on those of an open one fails', async () => {
  const first = await start()
  const ports = { httpPort: Number(new URL(first.httpUrl).port), grpcPort: Number(new URL(first.grpcUrl).port) }
  await expect(startReceiver(ports)).rejects.toMatchObject({ code: 'EADDRINUSE' })
  await send(first, 'http', 'logs', encodeLogs(1))
  await first.close()
  const second = await start(ports)
  expect(second.httpUrl).toBe(first.httpUrl)
  expect((await send(second, 'http', 'logs', encodeLogs(1))).status).toBe(200)
})

it('the receiver ends all connections and waits when it closes', async () => {
  const receiver = await start()
  receiver.misbehave({ answer: 'hang' }, { transport: 'http' })
  const idle = connect(Number(new URL(receiver.httpUrl).port), '127.0.0.1')
  const hung = expect(send(receiver, 'http', 'logs', encodeLogs(1))).rejects.toThrow()
  const waiting = expect(receiver.waitForLogs(1)).rejects.toThrow('the receiver was closed while waiting for 1 logs')
  await receiver.waitFor(r => r.requests[0]?.outcome === 'hung' && r.connections.http === 2)
  await Promise.all([receiver.close(), receiver.close()])
  await Promise.all([hung, waiting])
  expect(await text(idle)).toBe('')
  await expect(send(receiver, 'http', 'logs', encodeLogs(1))).rejects.toMatchObject({ code: 'ECONNREFUSED' })
})

// Linux has every address of 127.0.0.0/8.
it.skipIf(process.platform !== 'linux')(
  'the receiver ends connections of two addresses that have one port there when it closes',
  async () => {
    const receiver = await start()
    const port = Number(new URL(receiver.httpUrl).port)
    const first = connect({ port, host: '127.0.0.1', localAddress: '127.0.0.1' })
    await receiver.waitFor(r => r.connections.http === 1)
    const second = connect({ port, host: '127.0.0.1', localAddress: '127.0.0.2', localPort: first.localPort ?? 0 })
    await receiver.waitFor(r => r.connections.http === 2)
    await receiver.close()
    expect(await Promise.all([text(first), text(second)])).toEqual(['', ''])
  },
)

it('the process of a closed receiver exits by itself', async () => {
  const script = `
    import { startReceiver } from ${JSON.stringify(new URL('./start-receiver.ts', import.meta.url).href)}
    const receiver = await startReceiver()
    receiver.misbehave({ read: 'nothing', answer: 'hang' }, { times: 1 })
    receiver.misbehave({ delayMs: 60_000 })
    const failed = [1, 2].map(() => fetch(receiver.logsUrl, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } }).catch(() => 'failed'))
    await receiver.waitFor(r => r.requests.length === 1 && r.connections.http === 2)
    await receiver.close()
    process.stdout.write((await Promise.all(failed)).join())`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise(resolve => child.on('exit', resolve))
  expect(await text(child.stdout)).toBe('failed,failed')
  expect(await ended).toBe(0)
})
