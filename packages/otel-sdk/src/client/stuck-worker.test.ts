import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Diagnostic, TelemetryHealth } from '@codex/otel-api'
import { type Receiver, startReceiver } from '@codex/otlp-receiver'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ROW_BY_NAME } from '../catalogue/event-table.ts'
import type { SessionAttributes } from '../catalogue/session-attributes.ts'
import { resolveConfig } from '../config/resolve-config.ts'
import { createPipeline, type PipelineOptions } from './pipeline.ts'
import { POISON, trappedWorker } from './stuck-worker.fixture.ts'

const session: SessionAttributes = { common: { 'conversation.id': 'c' }, authEnvironment: {} }
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
      watchdogLimits: { cpuMs: 1_000, runningMs: 30_000 },
      ...more,
    })
    const emit = (...values: number[]): void => {
      for (const value of values) pipeline.outbox.add([row, Date.now(), 0, value], session, 100)
      pipeline.outbox.post()
    }
    return { pipeline, emit }
  }

  it('is noticed, said once and replaced; what is on disk is sent, and what is lost adds up', async () => {
    const refusal = receiver.misbehave({ answer: { status: 503 } })
    const { pipeline, emit } = open({ source: trappedWorker('loops', join(home, 'caught')) })
    emit(1, 2, 3, 4)
    await expect.poll(() => refusal.hits, SOON).toBeGreaterThan(0)
    emit(POISON, 5, 6)
    await expect.poll(() => diagnostics.map(({ code }) => code), SOON).toContain('worker-stuck')
    const said = diagnostics.filter(({ code }) => code === 'worker-stuck')
    expect(said).toMatchObject([{ severity: 'error' }])
    expect(said[0]?.message).toMatch(/was stuck \(.*\) and was ended, 3 events were lost; it was started again/)
    expect(pipeline.health().logs).toMatchObject({ lastError: expect.stringContaining('was stuck') })
    refusal.clear()
    emit(7, 8)
    expect(await pipeline.flush(10_000)).toBe(true)
    await expect.poll(() => receiver.counts.logs, SOON).toBe(6)
    expect(pipeline.health().logs).toMatchObject({
      exported: 6,
      pending: 0,
      spooled: 0,
      dropped: { 'worker-crashed': 3 },
    })
    expect(await pipeline.shutdown(5_000)).toBe(true)
    expect(diagnostics.filter(({ code }) => code === 'worker-stuck')).toHaveLength(1)
  })

  it('is noticed when it waits for something that does not come', async () => {
    const { pipeline, emit } = open({
      source: trappedWorker('waits', join(home, 'caught')),
      watchdogLimits: { cpuMs: 4_000, runningMs: 4_000 },
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

  describe('in a process', () => {
    const script = (end: string): string => `
      import { createPipeline } from ${JSON.stringify(fileURLToPath(new URL('pipeline.ts', import.meta.url)))}
      import { resolveConfig } from ${JSON.stringify(fileURLToPath(new URL('../config/resolve-config.ts', import.meta.url)))}
      import { trappedWorker } from ${JSON.stringify(fileURLToPath(new URL('stuck-worker.fixture.ts', import.meta.url)))}
      const { endpoint, trap, watchdogLimits } = JSON.parse(process.env.OPTIONS)
      const table = { exporter: { 'otlp-http': { endpoint, protocol: 'binary' } } }
      const { config } = resolveConfig({ table, file: 'config.toml', codexHome: process.cwd(), env: {} })
      const diagnostics = []
      const pipeline = createPipeline({
        start: { config, serviceName: 'test', serviceVersion: '1' },
        report: diagnostic => diagnostics.push(diagnostic),
        source: trap && trappedWorker(trap),
        watchdogLimits,
      })
      const emit = (...values) => {
        for (const value of values)
          pipeline.outbox.add([${row}, Date.now(), 0, value], ${JSON.stringify(session)}, 100)
        pipeline.outbox.post()
      }
      let leftAt
      process.on('exit', () => {
        const { user, system } = process.cpuUsage(leftAt)
        const leaveCpuMs = (user + system) / 1_000
        console.log(JSON.stringify({ leaveCpuMs, diagnostics, health: pipeline.health() }))
      })
      ${end}`

    interface Outcome {
      leaveCpuMs: number
      diagnostics: Diagnostic[]
      health: TelemetryHealth
    }

    function start(end: string, options: object): { child: ChildProcess; outcome: Promise<Outcome> } {
      const child = spawn(process.execPath, ['--input-type=module', '-e', script(end)], {
        cwd: home,
        env: { PATH: process.env.PATH, OPTIONS: JSON.stringify({ endpoint: receiver.logsUrl, ...options }) },
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const outcome = (async () => {
        let text = ''
        for await (const chunk of child.stdout) text += chunk
        return JSON.parse(text.slice(text.indexOf('{'))) as Outcome
      })()
      return { child, outcome }
    }

    it('does not hold its exit up past its time, and what is lost is said', async () => {
      const { outcome } = start(
        `emit(1, 2)
        await pipeline.flush(10_000)
        emit(${POISON}, 3, 4)
        setTimeout(() => {
          leftAt = process.cpuUsage()
          process.exit()
        }, 100)`,
        { trap: 'loops' },
      )
      const { leaveCpuMs, diagnostics, health } = await outcome
      expect(leaveCpuMs).toBeLessThan(LEAVE_CPU_MS)
      expect(diagnostics).toMatchObject([
        { code: 'worker-stuck', message: expect.stringContaining('3 events were lost') },
      ])
      expect(health.logs).toMatchObject({ exported: 2, pending: 0, dropped: { unreachable: 3 } })
    })

    it.skipIf(process.platform !== 'linux')('is not one that stood still with its process', async () => {
      const hanging = receiver.misbehave({ answer: 'hang' })
      const { child, outcome } = start(
        `emit(1, 2)
        await pipeline.flush(3_000)
        leftAt = process.cpuUsage()
        process.exit()`,
        { watchdogLimits: { cpuMs: 1_100, runningMs: 1_100 } },
      )
      await expect.poll(() => hanging.hits, SOON).toBe(1)
      child.kill('SIGSTOP')
      const state = (): string | undefined => readFileSync(`/proc/${child.pid}/stat`, 'latin1').replace(/.*\) /, '')[0]
      await expect.poll(state).toBe('T')
      await wait(1_500)
      child.kill('SIGCONT')
      const { diagnostics } = await outcome
      expect(diagnostics.filter(({ code }) => code.startsWith('worker-'))).toEqual([])
    })
  })
})
