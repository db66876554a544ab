import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Diagnostic } from '@codex/otel-api'
import { type Receiver, startReceiver } from '@codex/otlp-receiver'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ROW_BY_NAME } from '../catalogue/event-table.ts'
import type { SessionAttributes } from '../catalogue/session-attributes.ts'
import type { EffectiveConfig } from '../config/effective-config.ts'
import { resolveConfig } from '../config/resolve-config.ts'
import { SharedSlot, SignalSlot, signalSlot } from '../protocol/shared-state.ts'
import type { MetricScope } from './metrics/metric-registry.ts'
import { createPipeline, type Pipeline, type PipelineOptions } from './pipeline.ts'

const session: SessionAttributes = { common: { 'conversation.id': 'c' }, authEnvironment: {}, own: {} }
const row = ROW_BY_NAME.get('codex.turn_ttft')?.id ?? -1

describe('createPipeline', () => {
  let receiver: Receiver
  let home: string
  let diagnostics: Diagnostic[]

  beforeEach(async () => {
    receiver = await startReceiver()
    home = mkdtempSync(join(tmpdir(), 'codex-otel-pipeline-'))
    diagnostics = []
  })
  afterEach(async () => {
    await receiver.close()
    rmSync(home, { recursive: true })
  })

  function open(more: Partial<PipelineOptions> = {}, otel: object = {}) {
    const table = { exporter: { 'otlp-http': { endpoint: receiver.logsUrl, protocol: 'binary' } }, ...otel }
    const { config } = resolveConfig({ table, file: 'config.toml', codexHome: home, env: {} })
    const pipeline = createPipeline({
      start: { config, serviceName: 'test', serviceVersion: '1' },
      report: diagnostic => diagnostics.push(diagnostic),
      ...more,
    })
    const emit = (count = 1): void => {
      for (let i = 0; i < count; i++) pipeline.outbox.add([row, Date.now(), 0, 0, i], session, 100)
    }
    return { pipeline, emit }
  }

  function scopeOf({ metrics }: Pipeline): MetricScope {
    if (metrics === undefined) throw new Error('metrics are not exported')
    return metrics.registry.scope({})
  }

  function metricsConfig(more: object = {}): EffectiveConfig {
    const metrics_exporter = { 'otlp-http': { endpoint: `${receiver.httpUrl}/v1/metrics`, protocol: 'binary' } }
    return resolveConfig({ table: { metrics_exporter, ...more }, file: 'config.toml', codexHome: home, env: {} }).config
  }

  /** A worker that dies of the first events which it gets, `deaths` times over; then the real one. */
  function mortal(deaths: number): string {
    const marker = (i: number): string => JSON.stringify(join(home, `death-${i}`))
    const unused = Array.from({ length: deaths }, (_, i) => marker(i))
    return `{
      const { existsSync, writeFileSync } = require('node:fs')
      const { parentPort, workerData } = require('node:worker_threads')
      const death = [${unused.join(', ')}].find(file => !existsSync(file))
      if (death === undefined) { require('main') }
      else workerData.port.once('message', () => { writeFileSync(death, ''); throw new Error('crashed on purpose') })
    }`
  }

  it('starts the worker again after a crash, once, and has it read what the first one had not journaled', async () => {
    const { pipeline, emit } = open({ source: mortal(1) })
    emit(3)
    pipeline.outbox.post()
    await expect.poll(() => diagnostics).toHaveLength(1)
    expect(diagnostics[0]).toMatchObject({ severity: 'error', code: 'worker-crashed' })
    expect(diagnostics[0]?.message).toContain('crashed on purpose')
    expect(diagnostics[0]?.message).toContain('0 events were lost; it was started again')
    emit(2)
    expect(await pipeline.flush(5000)).toBe(true)
    expect(receiver.counts.logs).toBe(5)
    expect(pipeline.health()).toMatchObject({ logs: { exported: 5, pending: 0, dropped: {} } })
    await pipeline.shutdown(1000)
  })

  it('names the end of a worker that cannot start as the cause, without a count of its own', async () => {
    const { pipeline, emit } = open({ source: "throw new Error('crashed on purpose')" })
    emit(3)
    pipeline.outbox.post()
    await expect.poll(() => diagnostics.length, { timeout: 5000 }).toBe(2)
    emit(19)
    pipeline.outbox.post()
    const { dropped, lastError } = pipeline.health().logs
    expect(dropped).toEqual({ 'worker-crashed': 22 })
    expect(lastError).toBe('the telemetry worker ended (crashed on purpose, at codex-otel-first.cjs:1:7)')
    expect(diagnostics[0]).not.toHaveProperty('cause')
    await pipeline.shutdown(1000)
  })

  it('replaces a worker that ends by itself without an error, too, and counts what it leaves', async () => {
    const { pipeline, emit } = open({ source: '' })
    emit(3)
    await expect.poll(() => diagnostics.length, { timeout: 5000 }).toBe(2)
    expect(diagnostics.map(({ message }) => message)).toEqual([
      'the telemetry worker ended (exit code 0), 0 events were lost; it was started again',
      'the telemetry worker ended (exit code 0), 3 events were lost; telemetry is off for the rest of this run',
    ])
    expect(pipeline.health().logs).toMatchObject({ pending: 0, dropped: { 'worker-crashed': 3 } })
    await pipeline.shutdown(1000)
  })

  it('counts the events that a crashed worker could not write to disk as lost, not as spooled', async () => {
    writeFileSync(join(home, 'otel-spool'), 'a file in place of the directory')
    const source = `{
      const { workerData } = require('node:worker_threads')
      const shared = new Int32Array(workerData.shared)
      setInterval(() => {
        if (Atomics.load(shared, ${signalSlot('logs', SignalSlot.pending)}) === 3) throw new Error('crashed on purpose')
      }, 1)
      { require('main') }
    }`
    const { pipeline, emit } = open({ source })
    emit(3)
    pipeline.outbox.post()
    await expect.poll(() => diagnostics.map(({ code }) => code), { timeout: 5000 }).toContain('worker-crashed')
    expect(pipeline.health().logs).toMatchObject({ pending: 0, spooled: 0, dropped: { 'worker-crashed': 3 } })
    expect(diagnostics.find(({ code }) => code === 'worker-crashed')?.message).toContain('3 events were lost')
    await pipeline.shutdown(1000)
  })

  describe('when a worker crashes that has measurements', () => {
    /** A worker that dies once `condition` holds of what it shares. */
    const dyingWhen = (condition: string): string => `{
      const { workerData } = require('node:worker_threads')
      const shared = new Int32Array(workerData.shared)
      setInterval(() => {
        if (${condition}) throw new Error('crashed on purpose')
      }, 1)
      { require('main') }
    }`
    const values = () => receiver.metrics.map(point => point.kind === 'sum' && point.value)

    it('counts those as lost that it had taken in, where there is no spool', async () => {
      const config = metricsConfig({ spool: { enabled: false } })
      const source = dyingWhen(`Atomics.load(shared, ${SharedSlot.takenRecords}) > 1`)
      const { pipeline } = open({ source, start: { config, serviceName: 'test', serviceVersion: '1' } })
      const scope = scopeOf(pipeline)
      scope.record('counter', 'a', 1)
      expect(await pipeline.flush(5000)).toBe(true)
      // As many as the buffer of this thread holds: they are handed over at once.
      for (let i = 0; i < 2048; i++) scope.record('histogram', 'h', i)
      await expect.poll(() => diagnostics, { timeout: 5000 }).toHaveLength(1)
      expect(diagnostics[0]?.message).toContain('0 events were lost, and 2048 measurements; it was started again')
      scope.record('counter', 'a', 4)
      expect(await pipeline.shutdown(5000)).toBe(true)
      expect(values()).toEqual([1, 4])
      expect(pipeline.health().metrics).toMatchObject({ exported: 2, dropped: { 'worker-crashed': 2048 } })
    })

    it('loses none where there is no spool that are not to be exported yet', async () => {
      const config = metricsConfig({ spool: { enabled: false } })
      const marker = join(home, 'death')
      // It crashes as soon as it has a measurement, or after the time in which one would be in a checkpoint; but once.
      const source = `{
        const { existsSync, writeFileSync } = require('node:fs')
        const { workerData } = require('node:worker_threads')
        const shared = new Int32Array(workerData.shared)
        const began = performance.now()
        if (!existsSync(${JSON.stringify(marker)})) setInterval(() => {
          const taken = Atomics.load(shared, ${SharedSlot.takenRecords})
          if (taken === 0 && performance.now() < began + 1_500) return
          writeFileSync(${JSON.stringify(marker)}, '')
          throw new Error('crashed on purpose')
        }, 1)
        { require('main') }
      }`
      const { pipeline } = open({ source, start: { config, serviceName: 'test', serviceVersion: '1' } })
      scopeOf(pipeline).record('counter', 'a', 1)
      await expect.poll(() => diagnostics, { timeout: 10_000 }).toMatchObject([{ code: 'worker-crashed' }])
      expect(diagnostics[0]?.message).toContain('0 events were lost; it was started again')
      expect(await pipeline.shutdown(5000)).toBe(true)
      expect(values()).toEqual([1])
      expect(pipeline.health().metrics).toMatchObject({ exported: 1, dropped: {} })
    })

    it('has them exported once an interval where there is no spool', async () => {
      const config = { ...metricsConfig({ spool: { enabled: false } }), metricsIntervalMs: 300 }
      const { pipeline } = open({ start: { config, serviceName: 'test', serviceVersion: '1' } })
      const scope = scopeOf(pipeline)
      for (const times of [1, 2]) {
        scope.record('counter', 'a', times)
        await expect.poll(values, { timeout: 5000 }).toHaveLength(times)
      }
      expect(values()).toEqual([1, 2])
      await pipeline.shutdown(5000)
    })

    it('has the next worker send what the first one saved, once, and counts nothing of it as lost', async () => {
      const source = dyingWhen(`Atomics.load(shared, ${signalSlot('metrics', SignalSlot.checkpointed)}) === 1`)
      const { pipeline } = open({
        source,
        start: { config: metricsConfig(), serviceName: 'test', serviceVersion: '1' },
      })
      const scope = scopeOf(pipeline)
      scope.record('counter', 'a', 1)
      expect(await pipeline.flush(5000)).toBe(true)
      for (let i = 0; i < 2; i++) scope.record('counter', 'a', 10)
      await expect.poll(() => diagnostics, { timeout: 5000 }).toHaveLength(1)
      expect(diagnostics[0]?.message).toContain('0 events were lost; it was started again')
      await expect.poll(values, { timeout: 5000 }).toEqual([1, 20])
      // The second worker has it on disk until it knows of the answer.
      await expect.poll(() => pipeline.health().metrics.pending, { timeout: 5000 }).toBe(0)
      expect(pipeline.health().metrics).toMatchObject({ exported: 2, spooled: 0, dropped: {} })
      await pipeline.shutdown(5000)
      expect(values()).toEqual([1, 20])
    })
  })

  it('defines series, identity and service again for a worker that was started again', async () => {
    const { pipeline } = open({
      source: mortal(1),
      start: { config: metricsConfig(), serviceVersion: '1' },
    })
    const scope = scopeOf(pipeline)
    pipeline.learn({ identity: { userId: 'user-1' } })
    pipeline.learn({ serviceName: 'my_agent' })
    await expect.poll(() => diagnostics).toHaveLength(1)
    scope.record('counter', 'a', 1)
    scope.record('counter', 'b', 2)
    expect(await pipeline.flush(5000)).toBe(true)
    scope.record('counter', 'a', 4)
    expect(await pipeline.shutdown(5000)).toBe(true)
    expect(receiver.metrics.map(point => [point.name, point.kind === 'sum' && point.value])).toEqual([
      ['a', 1],
      ['b', 2],
      ['a', 4],
    ])
    const { attributes } = receiver.metrics[0]?.resource ?? {}
    expect(attributes).toMatchObject({ user_id: {}, 'service.name': { value: 'my_agent' } })
  })

  it('switches telemetry off after a second crash: nothing throws, nothing waits, and losses are counted', async () => {
    const { pipeline, emit } = open({ source: mortal(2) })
    emit(2)
    // The second worker is to read what killed the first one.
    await expect.poll(() => diagnostics).toHaveLength(2)
    expect(diagnostics[1]?.message).toContain('telemetry is off for the rest of this run')
    emit(5)
    expect(await pipeline.flush(5000)).toBe(false)
    expect(await pipeline.shutdown(5000)).toBe(false)
    expect(pipeline.health()).toMatchObject({ logs: { exported: 0, dropped: { 'worker-crashed': 7 } } })
    expect(existsSync(join(home, 'death-1'))).toBe(true)
  })

  it('resolves a flush to false when the worker crashes meanwhile', async () => {
    const { pipeline, emit } = open({ source: mortal(1) })
    emit()
    expect(await pipeline.flush(5000)).toBe(false)
    await pipeline.shutdown(1000)
  })

  it('resolves each flush within its own time, and shares one request between two with the same time', async () => {
    receiver.misbehave({ answer: 'hang' })
    const { pipeline, emit } = open()
    emit()
    const long = pipeline.flush(15_000)
    const ended: string[] = []
    void long.then(() => ended.push('long'))
    expect(pipeline.flush(15_000)).toBe(long)
    expect(await pipeline.flush(100)).toBe(false)
    expect(ended).toEqual([])
    await pipeline.shutdown(0)
    await long
  })

  it('drops and counts the events past the bound, and delivers the rest', async () => {
    const { pipeline, emit } = open({ maxBacklogBytes: 1000 })
    emit(50)
    expect(await pipeline.flush(5000)).toBe(true)
    const delivered = receiver.counts.logs
    expect(delivered).toBeGreaterThan(5)
    const dropped = { 'queue-full': 50 - delivered }
    expect(pipeline.health()).toMatchObject({ logs: { exported: delivered, dropped } })
    expect(diagnostics).toMatchObject([{ code: 'events-dropped' }])
    await pipeline.shutdown(1000)
  })

  describe('with a worker that takes nothing in', () => {
    const openIdle = () => open({ source: 'setInterval(() => {}, 1_000_000)' }, { spool: { enabled: false } })

    it('counts the events on their way as pending', async () => {
      const { pipeline, emit } = openIdle()
      emit(7)
      expect(pipeline.health()).toMatchObject({ logs: { pending: 7, exported: 0, dropped: {} } })
      await pipeline.shutdown(0)
      expect(pipeline.health()).toMatchObject({ logs: { pending: 0, dropped: { unreachable: 7 } } })
    })

    it('ends a flush when its time is up, whatever was posted', async () => {
      const { pipeline, emit } = openIdle()
      emit(300)
      const later = new Promise(resolve => setTimeout(resolve, 4000, 'later').unref())
      expect(await Promise.race([pipeline.flush(50), later])).toBe(false)
      await pipeline.shutdown(0)
    })
  })
})
