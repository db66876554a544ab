import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { logRequest } from '../otlp/otlp-requests.fixture.ts'
import { Delivery } from './delivery.ts'
import type { DeliveryOptions } from './delivery-options.ts'
import { failOnBreach } from './failing-accounts.fixture.ts'
import { MemoryStore } from './memory-store.fixture.ts'
import { fail, later, ok, refused, ScriptedTransport } from './scripted-transport.fixture.ts'

describe('Delivery over a store in memory', () => {
  let store: MemoryStore
  const deliveries: Delivery[] = []

  beforeEach(() => {
    store = new MemoryStore()
    vi.useFakeTimers()
  })
  afterEach(() => {
    for (const delivery of deliveries.splice(0)) delivery.end()
    expect(vi.getTimerCount()).toBe(0)
    vi.useRealTimers()
  })

  function start(transport: ScriptedTransport, options: Partial<DeliveryOptions> = {}): Delivery {
    const delivery = new Delivery({
      signal: 'logs',
      endpoint: 'http://127.0.0.1:4318/v1/logs',
      protocol: 'http/protobuf',
      transport,
      timeoutMs: 10_000,
      scheduleDelayMs: 1_000,
      random: () => 0.5,
      spool: store,
      onBreach: failOnBreach,
      ...options,
    })
    deliveries.push(delivery)
    return delivery
  }

  it('stores a request before accept returns, and acknowledges it after its delivery', async () => {
    const delivery = start(new ScriptedTransport())
    expect(delivery.accept(logRequest([1, 2]))).toBe(2)
    expect(store.records).toBe(2)
    expect(await delivery.flush(1_000)).toBe(true)
    expect(store.records).toBe(0)
    expect(delivery.stats).toMatchObject({ accepted: 2, exported: 2, pending: 0 })
  })

  it('accepts no record of bytes that are no request', () => {
    const delivery = start(new ScriptedTransport())
    expect(delivery.accept(Uint8Array.of(255, 255, 255))).toBe(0)
    expect(delivery.stats.accepted).toBe(0)
  })

  it('leaves undelivered requests to the next delivery, which claims and sends them', async () => {
    const first = start(new ScriptedTransport(refused, refused))
    first.accept(logRequest([1, 2, 3]))
    expect(await first.flushForExit(500)).toBe(false)
    expect(first.stats).toMatchObject({ accepted: 3, spooled: 3, pending: 0 })
    const transport = new ScriptedTransport()
    const next = start(transport)
    expect(await next.drain(1_000)).toBe(true)
    expect(transport.accepted).toEqual([1, 2, 3])
    expect(next.stats).toMatchObject({ recovered: 3, exported: 3, spooled: 0 })
    expect([...store.called].sort()).toEqual(['acknowledge', 'append', 'claim', 'confirm', 'end', 'read', 'secure'])
  })

  it('stores only the undelivered half of a batch that ends in the middle', async () => {
    const second = later()
    const delivery = start(new ScriptedTransport(fail('too-large', false), ok, second.answer))
    delivery.accept(logRequest([1, 2, 3, 4]))
    const left = delivery.flushForExit(300)
    await vi.advanceTimersByTimeAsync(300)
    await left
    expect(delivery.stats).toMatchObject({ exported: 2, spooled: 2, pending: 0 })
    expect(store.records).toBe(2)
    second.give({ status: 'success' })
  })

  it('delivers from memory while the store is full, and counts the rest as unreachable at the end', async () => {
    store.full = true
    const delivery = start(new ScriptedTransport(ok, refused, refused, refused))
    delivery.accept(logRequest([1]))
    expect(await delivery.flush(100)).toBe(true)
    delivery.accept(logRequest([2, 3]))
    expect(delivery.stats.memoryOnly).toBe(2)
    const left = delivery.flushForExit(10)
    await vi.advanceTimersByTimeAsync(10)
    expect(await left).toBe(false)
    expect(delivery.stats).toMatchObject({
      exported: 1,
      notJournaled: 3,
      dropped: { unreachable: 2 },
      spooled: 0,
      memoryOnly: 0,
    })
  })

  it.each([
    ['is said to be so where it is larger than the store can ever take', { largest: 10 }, ['events-not-kept']],
    ['is not said to be so where the store is full', { full: true }, []],
  ])('a request that is too large %s', (_what, state, expected) => {
    const said: string[] = []
    Object.assign(store, { segmentBytes: 10 }, state)
    start(new ScriptedTransport(), { onDiagnostic: ({ code }) => said.push(code) }).accept(logRequest([1]))
    expect(said).toEqual(expected)
  })

  it('tells of progress with each part of a large request', () => {
    let parts = 0
    Object.assign(store, { segmentBytes: 2 * logRequest([1]).length })
    start(new ScriptedTransport(), { onProgress: () => parts++ }).accept(logRequest([1, 2, 3, 4, 5, 6, 7, 8]))
    expect(parts).toBeGreaterThan(1)
    expect(store.called).toContain('append')
  })

  it('counts requests as unreadable that the store does not give back', async () => {
    store.unreadable = true
    const delivery = start(new ScriptedTransport(), { limits: { cachedBytes: 0 } })
    delivery.accept(logRequest([1, 2]))
    expect(await delivery.flush(100)).toBe(false)
    expect(delivery.stats).toMatchObject({ pending: 0, dropped: { 'spool-unreadable': 2 } })
  })

  it.each([
    ['taken-over', { spooled: 2, pending: 0, memoryOnly: 0 }],
    ['expired', { dropped: { expired: 2 }, pending: 0, memoryOnly: 0 }],
    ['spool-full', { pending: 2, memoryOnly: 2 }],
    ['deleted', { pending: 2, memoryOnly: 2 }],
  ] as const)('counts a waiting request once that its store loses: %s', (reason, expected) => {
    const delivery = start(new ScriptedTransport())
    delivery.accept(logRequest([1, 2]))
    store.lose(reason)
    expect(delivery.stats).toMatchObject({ accepted: 2, exported: 0, ...expected })
  })

  describe('with checkpoints of what is not handed in yet', () => {
    const lost: string[] = []
    const save = (delivery: Delivery, records: number[], replacing = false): boolean =>
      delivery.checkpoints.save(logRequest(records), replacing, reason => lost.push(reason))
    afterEach(() => {
      lost.length = 0
    })

    it('neither sends nor counts them, and has the next request take their place', async () => {
      const transport = new ScriptedTransport()
      const delivery = start(transport)
      expect(save(delivery, [1, 2])).toBe(true)
      expect(save(delivery, [3])).toBe(true)
      expect(delivery.stats).toMatchObject({ accepted: 0, pending: 0, checkpointed: 3 })
      expect(save(delivery, [1, 2, 3, 4], true)).toBe(true)
      expect(delivery.stats.checkpointed).toBe(4)
      delivery.accept(logRequest([1, 2, 3, 4, 5]))
      expect(delivery.stats).toMatchObject({ accepted: 5, checkpointed: 0 })
      expect(store.records).toBe(5)
      expect(await delivery.flush(1_000)).toBe(true)
      expect(transport.accepted).toEqual([1, 2, 3, 4, 5])
      expect(store.records).toBe(0)
      expect(lost).toEqual([])
    })

    it('leaves them to the next delivery, which sends them', async () => {
      save(start(new ScriptedTransport()), [1, 2])
      deliveries.at(-1)?.end()
      const transport = new ScriptedTransport()
      const next = start(transport)
      expect(await next.drain(1_000)).toBe(true)
      expect(transport.accepted).toEqual([1, 2])
    })

    it('tells of one that the store loses, and does not save where the store is full, which is said once', () => {
      const said: string[] = []
      const delivery = start(new ScriptedTransport(), { onDiagnostic: ({ code }) => said.push(code) })
      save(delivery, [1])
      store.lose('deleted')
      expect(lost).toEqual(['deleted'])
      expect(delivery.stats.checkpointed).toBe(0)
      store.full = true
      expect(save(delivery, [1])).toBe(false)
      expect(save(delivery, [1])).toBe(false)
      expect(said).toEqual(['checkpoint-not-kept'])
    })

    it('sends a request that took their place in parts of as many records as may be on their way', async () => {
      const transport = new ScriptedTransport()
      const delivery = start(transport, { limits: { batchRecords: 2, inFlightRecords: 2, inFlight: 1 } })
      save(delivery, [1])
      delivery.accept(logRequest([1, 2, 3, 4]))
      expect(await delivery.flush(1_000)).toBe(true)
      expect(transport.accepted).toEqual([1, 2, 3, 4])
      expect(transport.sent).toEqual([
        [1, 2],
        [3, 4],
      ])
    })
  })
})
