import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { logRequest } from '../otlp/otlp-requests.fixture.ts'
import { inspectSpool } from '../spool/inspect-spool.ts'
import { Spool } from '../spool/spool.ts'
import { Delivery } from './delivery.ts'
import type { DeliveryLimits } from './delivery-options.ts'
import { failOnBreach } from './failing-accounts.fixture.ts'
import { ok, refused, ScriptedTransport } from './scripted-transport.fixture.ts'

describe('a delivery whose disk fails for a while', () => {
  let home: string
  let parent: string
  let directory: string
  let transport: ScriptedTransport
  const deliveries: Delivery[] = []

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'otel-delivery-'))
    parent = join(home, 'codex')
    directory = join(parent, 'otel-spool')
    transport = new ScriptedTransport()
    transport.otherwise = refused
    vi.useFakeTimers()
  })
  afterEach(() => {
    for (const delivery of deliveries.splice(0)) delivery.end()
    vi.useRealTimers()
    rmSync(home, { recursive: true, force: true })
  })

  function start(maxAgeMs = 7 * 86_400_000, limits: Partial<DeliveryLimits> = {}): Delivery {
    const delivery = new Delivery({
      signal: 'logs',
      endpoint: 'http://127.0.0.1:4318/v1/logs',
      protocol: 'http/protobuf',
      transport,
      timeoutMs: 10_000,
      scheduleDelayMs: 1_000,
      random: () => 0.5,
      spool: new Spool({ directory, maxBytes: 1024 * 1024, maxAgeMs }),
      onBreach: failOnBreach,
      onStats: ({ accepted, recovered, exported, dropped, pending, spooled }) =>
        expect(exported + pending + spooled + Object.values(dropped).reduce((sum, count) => sum + count)).toBe(
          accepted + recovered,
        ),
      limits,
    })
    deliveries.push(delivery)
    return delivery
  }
  const onDisk = () => inspectSpool({ directory }).reduce((sum, { records }) => sum + records, 0)

  it('stores all requests at the end, though the disk was full when they were accepted', async () => {
    writeFileSync(parent, 'in the way')
    const delivery = start()
    for (const id of [1, 2, 3]) delivery.accept(logRequest([id]))
    // One is on its way and comes back.
    await vi.advanceTimersByTimeAsync(1_500)
    rmSync(parent)
    await delivery.flushForExit(0)
    expect(delivery.stats).toMatchObject({ spooled: 3, pending: 0, dropped: { unreachable: 0 } })
    expect(onDisk()).toBe(3)
  })

  it('stores requests while it runs, once the disk works again', async () => {
    writeFileSync(parent, 'in the way')
    const delivery = start()
    delivery.accept(logRequest([1]))
    rmSync(parent)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(onDisk()).toBe(1)
    delivery.accept(logRequest([2]))
    expect(onDisk()).toBe(2)
  })

  it('stores all requests at the end after another program deleted the spool', async () => {
    const delivery = start(undefined, { cachedBytes: 0 })
    for (const id of [1, 2, 3]) delivery.accept(logRequest([id]))
    await vi.advanceTimersByTimeAsync(1_500)
    rmSync(directory, { recursive: true })
    delivery.accept(logRequest([4]))
    await delivery.flushForExit(0)
    expect(delivery.stats).toMatchObject({ spooled: 4, pending: 0 })
    expect(onDisk()).toBe(4)
  })

  it('delivers from memory when the spool was deleted and cannot be created again', async () => {
    const delivery = start(undefined, { cachedBytes: 0 })
    for (const id of [1, 2, 3]) delivery.accept(logRequest([id]))
    rmSync(parent, { recursive: true })
    writeFileSync(parent, 'in the way')
    await vi.advanceTimersByTimeAsync(30_000)
    transport.otherwise = ok
    await vi.advanceTimersByTimeAsync(60_000)
    expect(transport.accepted).toEqual([1, 2, 3])
  })

  it('does not send requests that are too old, whether tried before or not', async () => {
    const delivery = start(5_000, { batchRecords: 1 })
    for (const id of [1, 2]) delivery.accept(logRequest([id]))
    await vi.advanceTimersByTimeAsync(20_000)
    transport.otherwise = ok
    delivery.accept(logRequest([3]))
    await delivery.flush(1_000)
    expect(transport.accepted).toEqual([3])
    expect(delivery.stats).toMatchObject({ exported: 1, dropped: { expired: 2 }, pending: 0 })
  })
})
