import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Diagnostic, TelemetryHealth } from '@codex/otel-api'
import { type Receiver, startReceiver } from '@codex/otlp-receiver'
import { ROOT } from '@codex/test-kit/run-node'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { ROW_BY_NAME } from '../../packages/otel-sdk/src/catalogue/event-table.ts'
import { POISON } from '../../packages/otel-sdk/src/client/stuck-worker.fixture.ts'

const source = (path: string): string => JSON.stringify(join(ROOT, 'packages/otel-sdk/src', path))
const session = { common: { 'conversation.id': 'c' }, authEnvironment: {}, own: {} }
const row = ROW_BY_NAME.get('codex.turn_ttft')?.id ?? -1
const SOON = { timeout: 20_000 }
/** What a worker that loops spends while the process leaves: the budget of half a second, and a little. On a busy machine it takes longer. */
const LEAVE_CPU_MS = 1_500

describe('a worker that is stuck in a process', () => {
  let receiver: Receiver
  let home: string

  beforeEach(async () => {
    receiver = await startReceiver()
    home = mkdtempSync(join(tmpdir(), 'codex-otel-stuck-'))
  })
  afterEach(async () => {
    await receiver.close()
    rmSync(home, { recursive: true })
  })

  const script = (end: string): string => `
    import { createPipeline } from ${source('client/pipeline.ts')}
    import { resolveConfig } from ${source('config/resolve-config.ts')}
    import { trappedWorker } from ${source('client/stuck-worker.fixture.ts')}
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
        pipeline.outbox.add([${row}, Date.now(), 0, 0, value], ${JSON.stringify(session)}, 100)
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
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    onTestFinished(() => void child.kill('SIGKILL'))
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
