import { mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { logRequest } from '../otlp/otlp-requests.fixture.ts'
import { inspectSpool } from '../spool/inspect-spool.ts'
import { Spool } from '../spool/spool.ts'
import { Delivery } from './delivery.ts'
import type { DeliveryStats } from './delivery-stats.ts'
import { failOnBreach } from './failing-accounts.fixture.ts'
import { type Answer, fail, ok, refused, ScriptedTransport } from './scripted-transport.fixture.ts'

const answers: Record<string, Answer> = {
  ok,
  refused,
  later: fail('throttled', true, 3_000),
  rejected: fail('http', false),
  tooLarge: ids => (ids.length > 2 ? fail('too-large', false)(ids) : ok(ids)),
  partial: () => ({ status: 'success', partialSuccess: { rejected: 1, message: 'one' } }),
}

const step = fc.oneof(
  fc.record({ accept: fc.integer({ min: 1, max: 40 }) }),
  fc.record({ advanceMs: fc.integer({ min: 0, max: 5_000 }) }),
  fc.record({ flushMs: fc.integer({ min: 0, max: 2_000 }) }),
  fc.record({ answer: fc.constantFrom(...Object.keys(answers)) }),
)

function everywhere({ exported, dropped, pending, spooled }: Readonly<DeliveryStats>): number {
  return exported + pending + spooled + Object.values(dropped).reduce((sum, count) => sum + count, 0)
}

interface Step {
  accept?: number
  advanceMs?: number
  flushMs?: number
  answer?: string
}

describe('the accounts of Delivery', () => {
  let home: string
  let options: { directory: string; maxBytes: number; maxAgeMs: number }

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'otel-accounts-'))
    options = { directory: join(home, 'otel-spool'), maxBytes: 96 * 1024, maxAgeMs: 7 * 86_400_000 }
    vi.useFakeTimers()
  })

  afterEach(() => {
    vi.useRealTimers()
    rmSync(home, { recursive: true, force: true })
  })

  function start(transport: ScriptedTransport, spooling: boolean): Delivery {
    return new Delivery({
      signal: 'logs',
      endpoint: 'http://127.0.0.1:4318/v1/logs',
      protocol: 'http/protobuf',
      transport,
      timeoutMs: 10_000,
      scheduleDelayMs: 500,
      spool: spooling ? new Spool(options) : undefined,
      limits: { batchRecords: 50, batchBytes: 8_000, cachedBytes: 10_000, memoryBytes: 20_000 },
      onBreach: failOnBreach,
      onStats: stats => expect(everywhere(stats)).toBe(stats.accepted + stats.recovered),
    })
  }

  /** Makes every heartbeat of the spool a minute old. */
  function silence(): void {
    const then = new Date(Date.now() - 61_000)
    for (const name of readdirSync(options.directory)) {
      if (name.endsWith('.alive')) utimesSync(join(options.directory, name), then, then)
    }
  }

  it('count every record in exactly one place, whatever happens', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.boolean(), async (steps, spooling) => {
        rmSync(options.directory, { recursive: true, force: true })
        const transport = new ScriptedTransport()
        const delivery = start(transport, spooling)
        let next = 0
        for (const { accept = 0, advanceMs, flushMs, answer } of steps as Step[]) {
          if (accept > 0) {
            const ids = Array.from({ length: accept }, () => next++)
            delivery.accept(logRequest(ids, { text: 'x'.repeat(next % 400) }))
          }
          if (answer !== undefined) transport.otherwise = answers[answer] ?? ok
          if (flushMs !== undefined) void delivery.flush(flushMs)
          await vi.advanceTimersByTimeAsync(advanceMs ?? 0)
        }
        const left = delivery.flushForExit(100)
        await vi.advanceTimersByTimeAsync(100)
        await left
        const { accepted, memoryOnly, pending, spooled } = delivery.stats
        expect({ accepted, memoryOnly, pending }).toEqual({ accepted: next, memoryOnly: 0, pending: 0 })
        expect(everywhere(delivery.stats)).toBe(next)
        // No answer was lost, so the collector accepted no record twice.
        expect(new Set(transport.accepted).size).toBe(transport.accepted.length)
        // The disk holds the spooled records, and no others.
        const onDisk = spooling ? inspectSpool(options).reduce((sum, { records }) => sum + records, 0) : 0
        expect(onDisk).toBe(spooled)
        expect(vi.getTimerCount()).toBe(0)
      }),
      { numRuns: 150 },
    )
  })

  it('count requests as spooled that another process took while this process was stopped', async () => {
    const stopped = start(new ScriptedTransport(), true)
    stopped.accept(logRequest([1, 2]))
    silence()
    const transport = new ScriptedTransport()
    const other = start(transport, true)
    expect(await other.drain(1_000)).toBe(true)
    expect(transport.accepted).toEqual([1, 2])
    vi.setSystemTime(Date.now() + 61_000)
    expect(await stopped.flush(1_000)).toBe(true)
    expect(stopped.stats).toMatchObject({ accepted: 2, exported: 0, spooled: 2, pending: 0 })
    stopped.end()
    other.end()
  })

  it('count requests as spooled that another process took before their next attempt', async () => {
    const stopped = start(new ScriptedTransport(refused), true)
    stopped.accept(logRequest([1, 2]))
    await vi.advanceTimersByTimeAsync(500)
    expect(stopped.stats).toMatchObject({ pending: 2, retried: 2 })
    silence()
    const transport = new ScriptedTransport()
    const other = start(transport, true)
    expect(await other.drain(1_000)).toBe(true)
    expect(transport.accepted).toEqual([1, 2])
    vi.setSystemTime(Date.now() + 61_000)
    expect(await stopped.flush(2_000)).toBe(true)
    expect(stopped.stats).toMatchObject({ accepted: 2, exported: 0, spooled: 2, pending: 0 })
    stopped.end()
    other.end()
  })
})
