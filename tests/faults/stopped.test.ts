import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { type Transport, tally } from '../agent/collector.ts'
import type { AgentOptions } from '../agent/options.ts'
import { startAgent } from '../agent/run-agent.ts'
import { openScene, type Scene } from './scene.ts'

const EVENTS = 10
const ANSWER_MS = 600
const TIMEOUT_MS = 1_000
/** Longer than the time-out of a request and the delay of its answer. */
const STOPPED_MS = 3_000

const children: ChildProcess[] = []
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

function startStoppable(scene: Scene, more: Partial<AgentOptions>): ChildProcess {
  const exporter = scene.exporter({ timeout_ms: TIMEOUT_MS })
  const { receiver, transport } = scene
  const metrics =
    transport === 'http'
      ? { 'otlp-http': { endpoint: receiver.metricsUrl, protocol: 'binary', timeout_ms: TIMEOUT_MS } }
      : exporter
  const options: AgentOptions = {
    telemetry: 'codex',
    codexHome: scene.codexHome,
    exporter,
    config: { metrics_exporter: metrics, shutdown_timeout_ms: 10_000 },
    label: 'stopped',
    events: EVENTS,
    ending: 'shutdown',
    ...more,
  }
  const { child } = startAgent(options)
  // What the process writes is not looked at.
  for (const stream of child.stdio) (stream as Readable | null)?.resume()
  children.push(child)
  return child
}

async function stopFor(child: ChildProcess, ms: number): Promise<void> {
  child.kill('SIGSTOP')
  await expect.poll(() => readFileSync(`/proc/${child.pid}/stat`, 'latin1').replace(/.*\) /, '')[0]).toBe('T')
  await wait(ms)
  child.kill('SIGCONT')
}

describe.skipIf(process.platform !== 'linux').each(['http', 'grpc'] as const)(
  'over %s, a process that is stopped while answers are on their way',
  (transport: Transport) => {
    it.each([
      ['when it leaves', {}, 2],
      ['when it works', { workMs: 3_000 }, 1],
    ] as const)('sends nothing twice %s', async (_when, agent, requests) => {
      await using scene = await openScene(transport)
      const { receiver } = scene
      const slow = receiver.misbehave({ delayMs: ANSWER_MS })
      const child = startStoppable(scene, agent)
      const exited = once(child, 'exit')
      await expect.poll(() => slow.hits, { timeout: 20_000 }).toBe(requests)
      await stopFor(child, STOPPED_MS)
      expect(await exited).toEqual([0, null])
      slow.clear()
      // The next process sends what it finds in the spool.
      expect(await once(startStoppable(scene, { label: 'next', events: 1, recovers: 0 }), 'exit')).toEqual([0, null])
      expect(tally(receiver, 'next')).toEqual({ arrived: 1, twice: 0 })
      expect(tally(receiver, 'stopped')).toEqual({ arrived: EVENTS, twice: 0 })
      const calls = receiver.metrics.filter(({ name }) => name === 'codex.tool.call')
      expect(calls.reduce((sum, point) => sum + ('value' in point ? Number(point.value) : 0), 0)).toBe(EVENTS + 1)
    })
  },
)
