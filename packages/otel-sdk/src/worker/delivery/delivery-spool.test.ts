import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { flushSpool } from '../operations/flush-spool.ts'
import { logRequest } from '../otlp/otlp-requests.fixture.ts'
import { destinationFolder } from '../spool/destination-folder.ts'
import { inspectSpool } from '../spool/inspect-spool.ts'
import { Spool } from '../spool/spool.ts'
import { Delivery } from './delivery.ts'
import type { DeliveryOptions } from './delivery-options.ts'
import { failOnBreach } from './failing-accounts.fixture.ts'
import { fail, later, ok, refused, ScriptedTransport } from './scripted-transport.fixture.ts'

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index)
const destination = { signal: 'logs', endpoint: 'http://127.0.0.1:4318/v1/logs' } as const

describe('a delivery with a spool', () => {
  let home: string
  let spoolOptions: { directory: string; maxBytes: number; maxAgeMs: number }
  const deliveries: Delivery[] = []

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'otel-delivery-'))
    spoolOptions = { directory: join(home, 'otel-spool'), maxBytes: 64 * 1024 * 1024, maxAgeMs: 7 * 86_400_000 }
    vi.useFakeTimers()
  })

  afterEach(() => {
    for (const delivery of deliveries.splice(0)) delivery.end()
    expect(vi.getTimerCount()).toBe(0)
    vi.useRealTimers()
    rmSync(home, { recursive: true, force: true })
  })

  function start(transport: ScriptedTransport, options: Partial<DeliveryOptions> = {}): Delivery {
    const delivery = new Delivery({
      ...destination,
      protocol: 'http/protobuf',
      transport,
      timeoutMs: 10_000,
      scheduleDelayMs: 1_000,
      random: () => 0.5,
      spool: new Spool(spoolOptions),
      onBreach: failOnBreach,
      onStats: ({ accepted, recovered, exported, dropped, pending, spooled }) =>
        expect(exported + pending + spooled + Object.values(dropped).reduce((sum, count) => sum + count)).toBe(
          accepted + recovered,
        ),
      ...options,
    })
    deliveries.push(delivery)
    return delivery
  }

  const segments = () =>
    readdirSync(join(spoolOptions.directory, destinationFolder(destination))).filter(name => name.endsWith('.otlp'))

  it('has a request on disk once it is accepted, and removes it once it is delivered', async () => {
    const delivery = start(new ScriptedTransport())
    delivery.accept(logRequest([1, 2]))
    expect(inspectSpool(spoolOptions)).toMatchObject([{ ...destination, records: 2, requests: 1 }])
    expect(await delivery.flush(1_000)).toBe(true)
    expect(inspectSpool(spoolOptions)).toEqual([])
    expect(await delivery.flushForExit(500)).toBe(true)
    expect(segments()).toEqual([])
  })

  it('leaves undelivered requests to the next process, which sends them by itself', async () => {
    const first = start(new ScriptedTransport(refused))
    first.accept(logRequest([1, 2]))
    first.accept(logRequest([3]))
    const started = performance.now()
    expect(await first.flushForExit(500)).toBe(false)
    // The data is safe: there is nothing to wait for.
    expect(performance.now()).toBe(started)
    expect(first.stats).toMatchObject({ spooled: 3, pending: 0, dropped: { unreachable: 0 } })
    const transport = new ScriptedTransport()
    const second = start(transport)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(transport.accepted).toEqual([1, 2, 3])
    expect(second.stats).toMatchObject({ accepted: 0, recovered: 3, exported: 3 })
    second.end()
    expect(segments()).toEqual([])
  })

  it('leaves requests that are on their way at the end of the budget to the next process', async () => {
    const delivery = start(new ScriptedTransport(later().answer))
    delivery.accept(logRequest([1, 2]))
    const left = delivery.flushForExit(300)
    await vi.advanceTimersByTimeAsync(300)
    expect(await left).toBe(false)
    expect(delivery.stats).toMatchObject({ spooled: 2, pending: 0 })
    expect(inspectSpool(spoolOptions)).toMatchObject([{ records: 2 }])
  })

  it('stores a request in parts that is larger than a segment', async () => {
    spoolOptions.maxBytes = 512 * 1024
    const first = start(new ScriptedTransport(refused))
    first.accept(logRequest(range(0, 300), { text: 'x'.repeat(1_000) }))
    expect(await first.flushForExit(500)).toBe(false)
    expect(first.stats).toMatchObject({ spooled: 300, notJournaled: 0, dropped: { unreachable: 0 } })
    const transport = new ScriptedTransport()
    start(transport)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(transport.accepted).toEqual(range(0, 300))
  })

  it('reports and counts a record that is too large for the disk', async () => {
    spoolOptions.maxBytes = 64 * 1024
    const reported: string[] = []
    const delivery = start(new ScriptedTransport(later().answer), { onDiagnostic: ({ code }) => reported.push(code) })
    delivery.accept(logRequest([1, 2], { text: 'x'.repeat(50_000) }))
    expect(reported).toEqual(['events-not-kept'])
    const left = delivery.flushForExit(500)
    await vi.advanceTimersByTimeAsync(500)
    expect(await left).toBe(false)
    expect(delivery.stats).toMatchObject({ notJournaled: 2, dropped: { unreachable: 2 } })
    expect(reported).toEqual(['events-not-kept', 'events-dropped'])
  })

  it('leaves only the other half to the next process when one of a request that was too large was accepted', async () => {
    const transport = new ScriptedTransport(fail('too-large', false), ok, later().answer)
    const delivery = start(transport)
    delivery.accept(logRequest([1, 2, 3, 4]))
    const left = delivery.flushForExit(300)
    await vi.advanceTimersByTimeAsync(300)
    await left
    expect(delivery.stats).toMatchObject({ exported: 2, spooled: 2 })
    const next = new ScriptedTransport()
    start(next)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(next.accepted).toEqual([3, 4])
  })

  it('retries until the end of the budget when the records are in memory only', async () => {
    writeFileSync(spoolOptions.directory, 'a file')
    const transport = new ScriptedTransport(refused)
    const delivery = start(transport, { random: () => 0.1 })
    delivery.accept(logRequest([1]))
    const left = delivery.flushForExit(500)
    await vi.advanceTimersByTimeAsync(200)
    expect(await left).toBe(true)
    expect(delivery.stats).toMatchObject({ exported: 1, notJournaled: 1 })
  })

  it('holds a limited number of bytes in memory and reads the other requests when it sends them', async () => {
    const transport = new ScriptedTransport()
    const size = logRequest([1]).length
    const delivery = start(transport, { limits: { cachedBytes: size * 2, memoryBytes: size * 2, batchRecords: 3 } })
    transport.answers.push(refused)
    for (const id of range(0, 20)) delivery.accept(logRequest([id]))
    await vi.advanceTimersByTimeAsync(10_000)
    expect(transport.accepted).toEqual(range(0, 20))
    expect(delivery.stats).toMatchObject({ exported: 20, dropped: { 'queue-full': 0 } })
  })

  it('sends its own requests first, and some of earlier processes in between', async () => {
    const dead = start(new ScriptedTransport(refused))
    for (const id of range(100, 104)) dead.accept(logRequest([id]))
    await dead.flushForExit(0)
    const transport = new ScriptedTransport()
    const delivery = start(transport, { limits: { batchRecords: 1, inFlight: 1 } })
    for (const id of range(0, 9)) delivery.accept(logRequest([id]))
    expect(await delivery.flush(1_000)).toBe(true)
    const order = transport.sent.flat()
    expect(order.slice(0, 2)).toEqual([0, 1])
    expect(order.filter(id => id < 100)).toEqual(range(0, 9))
    expect(order.filter(id => id >= 100).length).toBeGreaterThanOrEqual(2)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(transport.accepted.toSorted((a, b) => a - b)).toEqual([...range(0, 9), ...range(100, 104)])
  })

  it('sends requests of earlier processes in the rest of the exit budget, after its own', async () => {
    const dead = start(new ScriptedTransport(refused))
    dead.accept(logRequest([100]))
    await dead.flushForExit(0)
    const transport = new ScriptedTransport()
    const delivery = start(transport)
    delivery.accept(logRequest([1]))
    expect(await delivery.flushForExit(500)).toBe(true)
    expect(transport.sent).toEqual([[1], [100]])
    expect(inspectSpool(spoolOptions)).toEqual([])
  })

  it('leaves requests of earlier processes on disk when the exit budget is used up', async () => {
    const dead = start(new ScriptedTransport(refused))
    dead.accept(logRequest([100]))
    await dead.flushForExit(0)
    const transport = new ScriptedTransport(refused)
    const delivery = start(transport)
    delivery.accept(logRequest([1]))
    expect(await delivery.flushForExit(500)).toBe(false)
    expect(transport.sent).toEqual([[1]])
    expect(inspectSpool(spoolOptions)).toMatchObject([{ records: 2 }])
  })

  it('claims no requests while the collector is down', async () => {
    const dead = start(new ScriptedTransport(refused))
    dead.accept(logRequest([100]))
    await dead.flushForExit(0)
    const transport = new ScriptedTransport()
    transport.otherwise = refused
    const delivery = start(transport)
    delivery.accept(logRequest([1]))
    void delivery.flush(0)
    await vi.advanceTimersByTimeAsync(30_000)
    expect(delivery.stats).toMatchObject({ recovered: 0, pending: 1 })
    transport.otherwise = ok
    await vi.advanceTimersByTimeAsync(60_000)
    expect(transport.accepted.toSorted((a, b) => a - b)).toEqual([1, 100])
  })

  it('acknowledges requests that the collector refused for good', async () => {
    const delivery = start(new ScriptedTransport(fail('unauthorized', false)))
    delivery.accept(logRequest([1]))
    expect(await delivery.flushForExit(500)).toBe(false)
    expect(segments()).toEqual([])
  })

  it('counts each record once when the spool overflows', async () => {
    spoolOptions.maxBytes = 256 * 1024
    const transport = new ScriptedTransport(refused)
    const delivery = start(transport, { limits: { cachedBytes: 50_000, batchRecords: 10 } })
    for (const id of range(0, 1_000)) delivery.accept(logRequest([id], { text: 'x'.repeat(500) }))
    await vi.advanceTimersByTimeAsync(10_000)
    const { exported, dropped } = delivery.stats
    expect(dropped['spool-full']).toBeGreaterThan(300)
    expect(exported).toBe(1_000 - dropped['spool-full'])
    expect(new Set(transport.accepted).size).toBe(exported)
    // The newest are those that are there.
    expect(transport.accepted.at(-1)).toBe(999)
  })

  it('reports spool-full for a request that made room on disk and was not delivered from memory', async () => {
    spoolOptions.maxBytes = 64 * 1024
    const transport = new ScriptedTransport()
    transport.otherwise = refused
    const reported: string[] = []
    const delivery = start(transport, {
      limits: { batchRecords: 10 },
      onDiagnostic: ({ code, message }) => reported.push(`${code} ${message}`),
    })
    for (const id of range(0, 300)) delivery.accept(logRequest([id], { text: 'x'.repeat(500) }))
    await vi.advanceTimersByTimeAsync(5_000)
    await delivery.flushForExit(0)
    const { dropped, spooled } = delivery.stats
    expect(spooled).toBeGreaterThan(0)
    expect(dropped).toMatchObject({ 'spool-full': 300 - spooled, unreachable: 0 })
    expect(reported.at(-1)).toContain('records made room for newer ones on disk')
  })

  describe('flushSpool', () => {
    const flush = (transport: ScriptedTransport, endpoint: string = destination.endpoint) =>
      flushSpool({
        ...spoolOptions,
        destinations: [{ signal: 'logs', endpoint, protocol: 'http/json', transport, timeoutMs: 1_000 }],
        timeoutMs: 5_000,
      })

    it('sends all requests that ended processes left, in any protocol', async () => {
      for (const id of range(0, 5)) {
        const dead = start(new ScriptedTransport(refused))
        dead.accept(logRequest([id]))
        await dead.flushForExit(0)
      }
      const transport = new ScriptedTransport()
      const [result] = await flush(transport)
      expect(result).toMatchObject({
        ...destination,
        delivered: true,
        stats: { recovered: 5, exported: 5, spooled: 0 },
      })
      expect(transport.accepted.toSorted()).toEqual(range(0, 5))
      // What many short runs left goes together.
      expect(transport.sent).toHaveLength(1)
      expect(segments()).toEqual([])
      expect(await flush(new ScriptedTransport())).toMatchObject([{ delivered: true, stats: { recovered: 0 } }])
    })

    it('leaves all requests on disk when the collector is down', async () => {
      const dead = start(new ScriptedTransport(refused))
      dead.accept(logRequest([1, 2]))
      await dead.flushForExit(0)
      const transport = new ScriptedTransport()
      transport.otherwise = fail('throttled', true, 60_000)
      expect(await flush(transport)).toMatchObject([{ delivered: false, stats: { exported: 0, spooled: 2 } }])
      expect(inspectSpool(spoolOptions)).toMatchObject([{ records: 2 }])
      expect(await flush(new ScriptedTransport())).toMatchObject([{ delivered: true, stats: { exported: 2 } }])
    })

    it('sends a request only to the destination that it was stored for', async () => {
      const dead = start(new ScriptedTransport(refused))
      dead.accept(logRequest([1]))
      await dead.flushForExit(0)
      const transport = new ScriptedTransport()
      expect(await flush(transport, 'http://127.0.0.1:9/v1/logs')).toMatchObject([{ stats: { recovered: 0 } }])
      expect(transport.sent).toEqual([])
      expect(inspectSpool(spoolOptions)).toMatchObject([{ records: 1 }])
    })
  })
})
