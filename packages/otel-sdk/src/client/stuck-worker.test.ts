import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Diagnostic } from '@codex/otel-api'
import { type Receiver, startReceiver } from '@codex/otlp-receiver'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ROW_BY_NAME } from '../catalogue/event-table.ts'
import type { SessionAttributes } from '../catalogue/session-attributes.ts'
import { resolveConfig } from '../config/resolve-config.ts'
import { createPipeline, type PipelineOptions } from './pipeline.ts'
import { POISON, trappedWorker } from './stuck-worker.fixture.ts'

const session: SessionAttributes = { common: { 'conversation.id': 'c' }, authEnvironment: {}, own: {} }
const row = ROW_BY_NAME.get('codex.turn_ttft')?.id ?? -1
const SOON = { timeout: 20_000 }
/** What a worker that loops spends while the process leaves: the budget of half a second, and a little. On a busy machine it takes longer. */
const LEAVE_CPU_MS = 1_500

const cpuMsSince = (began: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(began)
  return (user + system) / 1_000
}

describe('a worker that is stuck', () => {
  let receiver: Receiver
  let home: string
  let diagnostics: Diagnostic[]

  beforeEach(async () => {
    receiver = await startReceiver()
    home = mkdtempSync(join(tmpdir(), 'codex-otel-stuck-'))
    diagnostics = []
  })
  afterEach(async () => {
    await receiver.close()
    rmSync(home, { recursive: true })
  })

  function open(more: Partial<PipelineOptions>, otel: object = {}) {
    const table = { exporter: { 'otlp-http': { endpoint: receiver.logsUrl, protocol: 'binary' } }, ...otel }
    const { config } = resolveConfig({ table, file: 'config.toml', codexHome: home, env: {} })
    const pipeline = createPipeline({
      start: { config, serviceName: 'test', serviceVersion: '1' },
      report: diagnostic => diagnostics.push(diagnostic),
      watchdogLimits: { cpuMs: 500, runningMs: 30_000 },
      ...more,
    })
    const emit = (...values: number[]): void => {
      for (const value of values) pipeline.outbox.add([row, Date.now(), 0, 0, value], session, 100)
      pipeline.outbox.post()
    }
    return { pipeline, emit }
  }

  it('is noticed, said once and replaced; all is sent but the event that it was stuck in', async () => {
    const refusal = receiver.misbehave({ answer: { status: 503 } })
    const { pipeline, emit } = open({ source: trappedWorker('loops', join(home, 'caught')) })
    emit(1, 2, 3, 4)
    await expect.poll(() => refusal.hits, SOON).toBeGreaterThan(0)
    emit(POISON, 5, 6)
    await expect.poll(() => diagnostics.map(({ code }) => code), SOON).toContain('worker-stuck')
    const said = diagnostics.filter(({ code }) => code === 'worker-stuck')
    expect(said).toMatchObject([{ severity: 'error' }])
    expect(said[0]?.message).toMatch(/was stuck \(.*\) and was ended, 1 event was lost; it was started again/)
    expect(pipeline.health().logs).toMatchObject({ lastError: expect.stringContaining('was stuck') })
    refusal.clear()
    emit(7, 8)
    expect(await pipeline.flush(10_000)).toBe(true)
    await expect.poll(() => receiver.counts.logs, SOON).toBe(8)
    expect(pipeline.health().logs).toMatchObject({
      exported: 8,
      pending: 0,
      spooled: 0,
      dropped: { 'worker-crashed': 1 },
    })
    expect(await pipeline.shutdown(5_000)).toBe(true)
    expect(diagnostics.filter(({ code }) => code === 'worker-stuck')).toHaveLength(1)
  })

  it('is noticed when it waits for something that does not come', async () => {
    const { pipeline, emit } = open({
      source: trappedWorker('waits', join(home, 'caught')),
      // The next worker has to start within that time, on a machine that has other work too.
      watchdogLimits: { cpuMs: 5_000, runningMs: 5_000 },
    })
    emit(POISON)
    await expect.poll(() => diagnostics, SOON).toMatchObject([{ code: 'worker-stuck' }])
    emit(1)
    expect(await pipeline.flush(10_000)).toBe(true)
    await pipeline.shutdown(1_000)
  })

  it('is replaced once; after that telemetry is off, and losses are counted', async () => {
    const { pipeline, emit } = open({ source: trappedWorker('loops') })
    for (const times of [1, 2]) {
      emit(POISON)
      await expect.poll(() => diagnostics, SOON).toHaveLength(times)
    }
    expect(diagnostics[1]?.message).toContain('telemetry is off for the rest of this run')
    emit(1)
    expect(await pipeline.flush(5_000)).toBe(false)
    expect(await pipeline.shutdown(5_000)).toBe(false)
    expect(pipeline.health().logs).toMatchObject({ dropped: { 'worker-crashed': 3 } })
  })

  it('is not one that is long at one piece of work', async () => {
    const { pipeline, emit } = open({
      source: trappedWorker('works-on', join(home, 'caught')),
      watchdogLimits: { cpuMs: 2_000, runningMs: 30_000 },
    })
    emit(1, POISON, 2)
    expect(await pipeline.flush(10_000)).toBe(true)
    expect(diagnostics).toEqual([])
    await pipeline.shutdown(1_000)
  })

  it.each([
    ['with a spool', {}],
    ['without one', { spool: { enabled: false } }],
  ])('does not hold a shutdown up past its time, and what is lost is said (%s)', async (_name, otel) => {
    const { pipeline, emit } = open({ source: trappedWorker('loops'), watchdogLimits: undefined }, otel)
    emit(1, 2)
    expect(await pipeline.flush(10_000)).toBe(true)
    emit(POISON, 3, 4)
    const began = process.cpuUsage()
    expect(await pipeline.shutdown(500)).toBe(false)
    expect(cpuMsSince(began)).toBeLessThan(LEAVE_CPU_MS)
    expect(diagnostics).toMatchObject([
      { code: 'worker-stuck', message: expect.stringContaining('3 events were lost') },
    ])
    expect(pipeline.health().logs).toMatchObject({ exported: 2, pending: 0, spooled: 0, dropped: { unreachable: 3 } })
  })
})
