import type { Diagnostic } from '@codex/otel-api'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { logRequest } from '../otlp/otlp-requests.fixture.ts'
import { ExportError } from '../transport/export-error.ts'
import { toExportResult } from '../transport/transport.ts'
import { Delivery } from './delivery.ts'
import type { DeliveryOptions } from './delivery-options.ts'
import type { DeliveryStats } from './delivery-stats.ts'
import { failOnBreach } from './failing-accounts.fixture.ts'
import { fail, later, ok, refused, ScriptedTransport } from './scripted-transport.fixture.ts'

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index)

function total({ exported, dropped, pending, spooled }: Readonly<DeliveryStats>): number {
  return exported + pending + spooled + Object.values(dropped).reduce((sum, count) => sum + count, 0)
}

describe('a delivery without a spool', () => {
  const deliveries: Delivery[] = []
  let reported: Diagnostic[] = []

  function start(transport: ScriptedTransport, options: Partial<DeliveryOptions> = {}): Delivery {
    const delivery = new Delivery({
      signal: 'logs',
      endpoint: 'http://127.0.0.1:4318/v1/logs',
      protocol: 'http/protobuf',
      transport,
      timeoutMs: 10_000,
      scheduleDelayMs: 1_000,
      random: () => 0.5,
      onDiagnostic: diagnostic => reported.push(diagnostic),
      onBreach: failOnBreach,
      // At every moment each record is in exactly one place.
      onStats: stats => expect(total(stats)).toBe(stats.accepted + stats.recovered),
      ...options,
    })
    deliveries.push(delivery)
    return delivery
  }

  beforeEach(() => {
    reported = []
    vi.useFakeTimers()
  })

  afterEach(() => {
    for (const delivery of deliveries.splice(0)) delivery.end()
    expect(vi.getTimerCount()).toBe(0)
    vi.useRealTimers()
  })

  it('sends small requests together once the schedule delay is over', async () => {
    const transport = new ScriptedTransport()
    const delivery = start(transport)
    delivery.accept(logRequest([1]))
    await vi.advanceTimersByTimeAsync(600)
    delivery.accept(logRequest([2, 3]))
    await vi.advanceTimersByTimeAsync(399)
    expect(transport.sent).toEqual([])
    await vi.advanceTimersByTimeAsync(1)
    expect(transport.sent).toEqual([[1, 2, 3]])
    expect(Buffer.from(transport.bodies[0] ?? [])).toEqual(Buffer.from(logRequest([1, 2, 3])))
    expect(delivery.stats).toMatchObject({ accepted: 3, exported: 3, pending: 0, retried: 0 })
  })

  it('sends a full batch at once', async () => {
    const transport = new ScriptedTransport()
    const delivery = start(transport, { limits: { batchRecords: 10 } })
    for (const id of range(0, 25)) delivery.accept(logRequest([id]))
    await vi.advanceTimersByTimeAsync(0)
    expect(transport.sent).toEqual([range(0, 10), range(10, 20)])
    await vi.advanceTimersByTimeAsync(1_000)
    expect(transport.accepted).toEqual(range(0, 25))
  })

  it('keeps requests below the size limit, also one that comes in above it', async () => {
    const transport = new ScriptedTransport()
    const text = 'x'.repeat(300)
    const delivery = start(transport, { limits: { batchBytes: 2_000 } })
    for (const id of range(0, 10)) delivery.accept(logRequest([id], { text }))
    delivery.accept(logRequest(range(10, 30), { text }))
    await delivery.flush(1_000)
    expect(transport.accepted.toSorted((a, b) => a - b)).toEqual(range(0, 30))
    for (const body of transport.bodies) expect(body.length).toBeLessThanOrEqual(2_000)
  })

  it('sends one request at a time until the first answer, then as many as allowed', async () => {
    const first = later()
    const second = later()
    const third = later()
    const transport = new ScriptedTransport(first.answer, second.answer, third.answer)
    const delivery = start(transport, { limits: { batchRecords: 1 } })
    for (const id of range(0, 5)) delivery.accept(logRequest([id]))
    expect(transport.sent).toEqual([[0]])
    first.give({ status: 'success' })
    await vi.advanceTimersByTimeAsync(0)
    expect(transport.sent).toEqual([[0], [1], [2]])
    third.give({ status: 'success' })
    second.give({ status: 'success' })
    await vi.advanceTimersByTimeAsync(0)
    expect(transport.accepted).toHaveLength(5)
    expect(transport.mostInFlight).toBe(2)
  })

  it('limits the records on their way, however many requests hold them', async () => {
    const [first, second, third] = [later(), later(), later()]
    const transport = new ScriptedTransport(first.answer, second.answer, third.answer)
    const delivery = start(transport, { limits: { batchRecords: 10, inFlightRecords: 10 } })
    for (const id of range(0, 25)) delivery.accept(logRequest([id]))
    expect(transport.sent).toEqual([range(0, 10)])
    first.give({ status: 'success' })
    await vi.advanceTimersByTimeAsync(0)
    expect(transport.sent.slice(1)).toEqual([range(10, 15), range(15, 20)])
  })

  it('retries with growing pauses, one request at a time, and reports the failure once', async () => {
    const transport = new ScriptedTransport(refused, refused, refused)
    const delivery = start(transport, { limits: { batchRecords: 1 } })
    for (const id of range(0, 4)) delivery.accept(logRequest([id]))
    const times: number[] = []
    const started = performance.now()
    const send = transport.send.bind(transport)
    transport.send = data => {
      times.push(Math.round(performance.now() - started))
      return send(data)
    }
    await vi.advanceTimersByTimeAsync(10_000)
    // Half of 1, 2 and 4 s, and the smallest pause.
    expect(times.slice(0, 3)).toEqual([525, 1_550, 3_575])
    expect(transport.accepted).toEqual([0, 1, 2, 3])
    expect(delivery.stats).toMatchObject({ exported: 4, retried: 3, lastError: { kind: 'refused' } })
    expect(reported.map(({ code }) => code)).toEqual(['export-failed'])
    expect(reported[0]?.message).toContain('refused by the test')
  })

  it('keeps the pause that the collector asks for, up to five minutes', async () => {
    const transport = new ScriptedTransport(fail('throttled', true, 20_000), fail('throttled', true, 1e12))
    const delivery = start(transport)
    delivery.accept(logRequest([1]))
    await vi.advanceTimersByTimeAsync(20_999)
    expect(transport.sent).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(transport.sent).toHaveLength(2)
    await vi.advanceTimersByTimeAsync(5 * 60_000)
    expect(transport.accepted).toEqual([1])
  })

  it('drops records that the collector refuses for good, and reports the reason once', async () => {
    const transport = new ScriptedTransport(fail('http', false), fail('http', false))
    const delivery = start(transport)
    delivery.accept(logRequest([1, 2]))
    expect(await delivery.flush(1_000)).toBe(false)
    delivery.accept(logRequest([3]))
    expect(await delivery.flush(1_000)).toBe(false)
    delivery.accept(logRequest([4]))
    expect(await delivery.flush(1_000)).toBe(true)
    expect(delivery.stats).toMatchObject({ exported: 1, dropped: { rejected: 3 } })
    expect(reported.map(({ code }) => code)).toEqual(['export-rejected'])
  })

  it('reports each status for which it drops records, once', async () => {
    const refusal = (grpcCode: number) => () =>
      toExportResult(new ExportError({ kind: 'grpc', message: `code ${grpcCode}`, grpcCode, retryable: false }))
    const delivery = start(new ScriptedTransport(refusal(3), refusal(5), refusal(3)))
    for (const id of range(0, 3)) {
      delivery.accept(logRequest([id]))
      await delivery.flush(1_000)
    }
    expect(reported.map(({ message }) => message.split(';')[0])).toEqual(['logs: code 3', 'logs: code 5'])
  })

  it('splits a batch that is too large until its parts fit, and drops a record that never fits', async () => {
    const transport = new ScriptedTransport()
    transport.otherwise = ids =>
      ids.length > 3 || ids.includes(13) ? fail('too-large', false)(ids) : { status: 'success' }
    const delivery = start(transport)
    delivery.accept(logRequest(range(0, 20)))
    expect(await delivery.flush(1_000)).toBe(false)
    expect(transport.accepted).toEqual(range(0, 20).filter(id => id !== 13))
    expect(delivery.stats).toMatchObject({ exported: 19, dropped: { rejected: 1 }, pending: 0 })
  })

  it('sends only the missing half again when the collector accepted the other', async () => {
    const transport = new ScriptedTransport(fail('too-large', false), ok, refused)
    const delivery = start(transport)
    delivery.accept(logRequest([1, 2, 3, 4]))
    await vi.advanceTimersByTimeAsync(10_000)
    expect(transport.sent).toEqual([
      [1, 2, 3, 4],
      [1, 2],
      [3, 4],
      [3, 4],
    ])
    expect(delivery.stats).toMatchObject({ exported: 4, pending: 0 })
  })

  it('counts the records that a partial success rejects', async () => {
    const partialSuccess = { rejected: 2, message: 'too old' }
    const transport = new ScriptedTransport(() => ({ status: 'success', partialSuccess }))
    const delivery = start(transport)
    delivery.accept(logRequest([1, 2, 3]))
    expect(await delivery.flush(1_000)).toBe(false)
    expect(delivery.stats).toMatchObject({ exported: 1, dropped: { rejected: 2 }, pending: 0 })
    expect(reported.map(({ code, message }) => `${code}: ${message}`)).toEqual([
      'partial-success: logs: the collector refused records: too old; 2 records dropped',
    ])
  })

  it('drops the newest records, and counts them, when memory is full', async () => {
    const transport = new ScriptedTransport(refused)
    const size = logRequest([1]).length
    const delivery = start(transport, { limits: { memoryBytes: size * 3, batchRecords: 1 } })
    for (const id of range(0, 5)) delivery.accept(logRequest([id]))
    expect(delivery.stats).toMatchObject({ accepted: 5, pending: 3, dropped: { 'queue-full': 2 } })
    await vi.advanceTimersByTimeAsync(10_000)
    expect(transport.accepted).toEqual([0, 1, 2])
    expect(reported.map(({ code }) => code)).toContain('events-dropped')
  })

  it('turns protobuf into JSON when it sends', async () => {
    const transport = new ScriptedTransport()
    const delivery = start(transport, { protocol: 'http/json' })
    delivery.accept(logRequest([7]))
    await delivery.flush(1_000)
    expect(new TextDecoder().decode(transport.bodies[0])).toMatch(/^\{"resourceLogs":/)
    expect(transport.accepted).toEqual([7])
  })

  it('goes on after a transport that throws, and after bytes that are no request', async () => {
    const transport = new ScriptedTransport(() => {
      throw new Error('bug')
    })
    const delivery = start(transport)
    delivery.accept(Uint8Array.from([1, 2, 3]))
    delivery.accept(logRequest([1]))
    await vi.advanceTimersByTimeAsync(5_000)
    expect(transport.accepted).toEqual([1])
  })

  describe('when it is flushed', () => {
    it('sends at once, and waits only for requests that were accepted before', async () => {
      const first = later()
      const transport = new ScriptedTransport(first.answer)
      const delivery = start(transport)
      delivery.accept(logRequest([1]))
      const flushed = delivery.flush(5_000)
      delivery.accept(logRequest([2]))
      transport.otherwise = refused
      first.give({ status: 'success' })
      expect(await flushed).toBe(true)
    })

    it('cuts a pause short once, and tries again as long as there is time', async () => {
      const transport = new ScriptedTransport(refused)
      const delivery = start(transport)
      delivery.accept(logRequest([1]))
      await vi.advanceTimersByTimeAsync(1_000)
      expect(transport.sent).toHaveLength(1)
      transport.answers.push(refused)
      const flushed = delivery.flush(5_000)
      expect(transport.sent).toHaveLength(2)
      await vi.advanceTimersByTimeAsync(2_000)
      expect(await flushed).toBe(true)
    })

    it('does not wait for an attempt that comes after its deadline', async () => {
      const transport = new ScriptedTransport(refused)
      const delivery = start(transport)
      delivery.accept(logRequest([1]))
      const started = performance.now()
      // No time is advanced: it resolves by itself as soon as the first answer is there.
      expect(await delivery.flush(400)).toBe(false)
      expect(performance.now() - started).toBeLessThan(400)
      expect(delivery.stats.pending).toBe(1)
    })

    it('keeps the pause that the collector asked for', async () => {
      const transport = new ScriptedTransport(fail('throttled', true, 60_000))
      const delivery = start(transport)
      delivery.accept(logRequest([1]))
      await vi.advanceTimersByTimeAsync(1_000)
      expect(await delivery.flush(5_000)).toBe(false)
      expect(transport.sent).toHaveLength(1)
    })

    it('never takes longer than its time-out', async () => {
      const transport = new ScriptedTransport(later().answer)
      const delivery = start(transport)
      delivery.accept(logRequest([1]))
      const flushed = delivery.flush(300)
      await vi.advanceTimersByTimeAsync(300)
      expect(await flushed).toBe(false)
    })

    it('resolves to true at once when no request is pending', async () => {
      expect(await start(new ScriptedTransport()).flush(1_000)).toBe(true)
    })
  })

  it('drops pending requests when the process ends, and requests that come afterwards', async () => {
    const hanging = later()
    const transport = new ScriptedTransport(hanging.answer)
    const delivery = start(transport, { limits: { batchRecords: 2 } })
    delivery.accept(logRequest([1, 2]))
    delivery.accept(logRequest([3]))
    const left = delivery.flushForExit(100)
    await vi.advanceTimersByTimeAsync(100)
    expect(await left).toBe(false)
    delivery.accept(logRequest([4]))
    hanging.give({ status: 'success' })
    await vi.advanceTimersByTimeAsync(0)
    expect(transport.isShutDown).toBe(true)
    expect(delivery.stats).toMatchObject({ accepted: 4, exported: 0, pending: 0, dropped: { unreachable: 4 } })
  })
})
