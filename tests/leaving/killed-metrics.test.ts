import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { SignalHealth } from '@codex/otel-api'
import { operations } from '@codex/otel-sdk'
import { type Receiver, startReceiver } from '@codex/otlp-receiver'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { COUNTER, HISTOGRAM, type MeasureOptions } from '../agent/measure.ts'
import { spooledRecords } from '../agent/spooled-records.ts'

const MAIN = fileURLToPath(new URL('../agent/measure.ts', import.meta.url))
const EVERY_MS = 10
/** The second that a kill may cost; a loaded machine writes down later what it measured in it. */
const LOST_MS = 1000
const SLACK_MS = 500
/** Nothing listens there. */
const NOWHERE = 'http://127.0.0.1:9/v1/metrics'

/** A process that measures, and what it said that it had recorded. */
interface Measuring {
  child: ChildProcess
  /** When each measurement was recorded, in milliseconds. */
  times: number[]
  ended: { delivered: boolean; health: SignalHealth } | undefined
}

describe('of metrics', () => {
  let receiver: Receiver
  let codexHome: string
  const children: ChildProcess[] = []

  beforeEach(async () => {
    receiver = await startReceiver()
    codexHome = mkdtempSync(join(tmpdir(), 'codex-otel-killed-'))
  })
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL')
    await receiver.close()
    rmSync(codexHome, { recursive: true, force: true })
  })

  function measure(more: Partial<MeasureOptions> = {}): Measuring {
    const options: MeasureOptions = {
      codexHome,
      endpoint: receiver.metricsUrl,
      everyMs: EVERY_MS,
      measurements: 100_000,
      ending: 'killed',
      ...more,
    }
    const child = spawn(process.execPath, [MAIN, JSON.stringify(options)], {
      env: { PATH: process.env.PATH },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    children.push(child)
    const measuring: Measuring = { child, times: [], ended: undefined }
    let unread = ''
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      const lines = (unread + text).split('\n')
      unread = lines.pop() ?? ''
      for (const line of lines) {
        if (line.startsWith('{')) measuring.ended = JSON.parse(line)
        else measuring.times.push(Number(line.split(' ')[1]))
      }
    })
    return measuring
  }

  /** Kills it once it has recorded so many. */
  async function killAt(measuring: Measuring, count: number): Promise<void> {
    await expect.poll(() => measuring.times.length, { timeout: 20_000, interval: 5 }).toBeGreaterThanOrEqual(count)
    measuring.child.kill('SIGKILL')
    await once(measuring.child, 'close')
  }

  /** What arrived under a name: the values of a sum, the counts of a histogram. */
  const arrived = (name: string): number =>
    receiver.metrics
      .filter(point => point.name === name)
      .reduce((sum, point) => {
        if (point.kind === 'sum') return sum + Number(point.value)
        return sum + (point.kind === 'histogram' ? Number(point.count) : 0)
      }, 0)

  /** How many of these a kill may not cost. */
  const safe = (times: readonly number[]): number =>
    times.filter(time => time <= (times.at(-1) ?? 0) - LOST_MS - SLACK_MS).length

  /** What a killed process has left is sent, as `otel flush` does. */
  async function sendLeft(endpoint = receiver.metricsUrl) {
    const config = { metrics_exporter: { 'otlp-http': { endpoint, protocol: 'binary' } } }
    const { flushSpool } = operations ?? {}
    return flushSpool?.({ config, codexHome, env: {}, serviceVersion: '1', timeoutMs: 10_000 })
  }

  const expectAtMostASecondLost = (all: readonly Measuring[]): void => {
    // The last one may have been recorded without being said.
    const recorded = all.reduce((sum, { times }) => sum + times.length + 1, 0)
    const least = all.reduce((sum, { times }) => sum + safe(times), 0)
    expect(least).toBeGreaterThan(0)
    for (const name of [COUNTER, HISTOGRAM]) {
      expect(arrived(name)).toBeGreaterThanOrEqual(least)
      expect(arrived(name)).toBeLessThanOrEqual(recorded)
    }
    expect(spooledRecords(codexHome)).toBe(0)
  }

  it('a process that is killed loses at most the last second, and the next process sends the rest', async () => {
    const killed = measure()
    await killAt(killed, 250)
    expect(arrived(COUNTER)).toBe(0)
    const next = measure({ measurements: 1, ending: 'shutdown' })
    await once(next.child, 'close')
    expect(next.ended).toMatchObject({ delivered: true, health: { dropped: {}, spooled: 0 } })
    expectAtMostASecondLost([killed, next])
    const [point] = receiver.metrics
    expect(point?.resource.attributes.env).toBeDefined()
    expect(point).toMatchObject({ temporality: 'delta', scope: { name: 'codex' } })
    // There is nothing left to send.
    const all = receiver.metrics.length
    expect(await sendLeft()).toMatchObject({ ok: true })
    expect(receiver.metrics).toHaveLength(all)
  })

  it('ten processes that are killed at any moment each have theirs sent once, whatever they exported before', async () => {
    // Exports that nobody takes are in the spool beside the checkpoints, and none is on its way at the kill.
    const config = { service_name: 'killed' }
    await receiver.close()
    const all = await Promise.all(
      Array.from({ length: 10 }, async (_, i) => {
        const killed = measure({ intervalMs: 600 + 37 * i, config })
        await killAt(killed, 170 + 13 * i)
        return killed
      }),
    )
    const { port } = new URL(receiver.metricsUrl)
    receiver = await startReceiver({ httpPort: Number(port) })
    expect(await sendLeft()).toMatchObject({ ok: true })
    expectAtMostASecondLost(all)
  })

  it.each(['delta', 'cumulative'])(
    'a clean end leaves nothing of the checkpoints, and nothing is sent twice (%s)',
    async temporality => {
      const options: Partial<MeasureOptions> = {
        measurements: 180,
        ending: 'shutdown',
        config: { metrics: { temporality } },
      }
      const measuring = measure(options)
      await expect.poll(() => segments(codexHome), { timeout: 20_000, interval: 5 }).toBeGreaterThan(0)
      await once(measuring.child, 'close')
      expect(measuring.ended).toMatchObject({ delivered: true, health: { exported: 2, dropped: {}, spooled: 0 } })
      expect(segments(codexHome)).toBe(0)
      await sendLeft()
      expect([arrived(COUNTER), arrived(HISTOGRAM)]).toEqual([180, 180])
    },
  )

  it('a clean end without a collector leaves each once', async () => {
    const { port } = new URL(receiver.metricsUrl)
    await receiver.close()
    const measuring = measure({ measurements: 180, ending: 'shutdown', intervalMs: 700 })
    await once(measuring.child, 'close')
    expect(measuring.ended).toMatchObject({ delivered: false, health: { exported: 0, dropped: {} } })
    receiver = await startReceiver({ httpPort: Number(port) })
    expect(await sendLeft()).toMatchObject({ ok: true })
    expect([arrived(COUNTER), arrived(HISTOGRAM)]).toEqual([180, 180])
  })

  it('a worker that crashes loses what it counts as lost, and the one after it sends the rest once', async () => {
    const measuring = measure({ measurements: 240, ending: 'shutdown', crashAt: 190 })
    await once(measuring.child, 'close')
    const { health, delivered } = measuring.ended ?? {}
    expect(delivered).toBe(true)
    const lost = health?.dropped['worker-crashed'] ?? 0
    // Two measurements each time.
    expect(arrived(COUNTER) + arrived(HISTOGRAM) + lost).toBe(2 * 240)
    expect(lost).toBeLessThanOrEqual((2 * (LOST_MS + SLACK_MS)) / EVERY_MS)
    expect(spooledRecords(codexHome)).toBe(0)
  })

  it('a process that runs, or is stopped, has its checkpoints to itself', async () => {
    const measuring = measure()
    await expect.poll(() => segments(codexHome), { timeout: 20_000 }).toBeGreaterThan(0)
    expect(await sendLeft()).toMatchObject({ ok: true })
    measuring.child.kill('SIGSTOP')
    await expect.poll(() => stateOf(measuring.child)).toBe('T')
    expect(await sendLeft()).toMatchObject({ ok: true })
    expect(receiver.metrics).toEqual([])
    measuring.child.kill('SIGCONT')
    await killAt(measuring, measuring.times.length + 200)
    expect(await sendLeft()).toMatchObject({ ok: true })
    expect(arrived(COUNTER)).toBeLessThanOrEqual(measuring.times.length + 1)
    expect(arrived(COUNTER)).toBeGreaterThanOrEqual(safe(measuring.times))
  })

  it('nothing is on disk where the spool is off', async () => {
    const measuring = measure({ endpoint: NOWHERE, config: { spool: { enabled: false } } })
    await killAt(measuring, 150)
    expect(readdirSync(codexHome)).toEqual([])
  })
})

/** Files with requests or checkpoints. */
function segments(codexHome: string): number {
  const names = readdirSync(codexHome, { recursive: true, encoding: 'utf8' })
  return names.filter(name => name.endsWith('.otlp')).length
}

const stateOf = ({ pid }: ChildProcess): string | undefined =>
  readFileSync(`/proc/${pid}/stat`, 'latin1').replace(/.*\) /, '')[0]
