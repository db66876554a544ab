import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { record } from './delivery-row.ts'
import { healScene } from './fault-cases.ts'
import { asRow, type FaultOutcome, LEAVE_LIMIT_MS, meetFault } from './meet-fault.ts'
import { openScene } from './scene.ts'
import { PROCESS } from './sections.ts'

const row = (name: string, outcome: FaultOutcome) =>
  asRow(outcome, { section: PROCESS, case: name, by: 'codex-otel', over: 'HTTP' })
const EVERY_10_MS = { events: 1000, chunk: 10, everyMs: 10 }
const DAY_S = 86_400

describe('a clock that jumps', () => {
  let directory: string
  let library: string
  let compiled: boolean

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'codex-otel-clock-'))
    library = join(directory, 'clock-jump.so')
    const source = fileURLToPath(new URL('clock-jump.c', import.meta.url))
    compiled = spawnSync('cc', ['-shared', '-fPIC', '-O1', '-o', library, source, '-ldl']).status === 0
  })
  afterAll(() => rmSync(directory, { recursive: true }))

  it.for([
    { name: 'a day forward', seconds: DAY_S, dead: false },
    { name: 'a day back', seconds: -DAY_S, dead: false },
    { name: 'a day forward, collector dead', seconds: DAY_S, dead: true },
    { name: 'a day back, collector dead', seconds: -DAY_S, dead: true },
  ])('loses nothing: $name', async ({ name, seconds, dead }, context) => {
    if (!compiled) return context.skip('there is no C compiler to make the library with that shifts the clock')
    await using scene = await openScene('http')
    if (dead) await scene.proxy.refuse()
    const file = join(directory, `seconds-${name}`)
    const outcome = await meetFault(scene, {
      telemetry: 'codex',
      agent: { ...EVERY_10_MS, clockJump: { file, seconds } },
      env: { LD_PRELOAD: library, CLOCK_JUMP_FILE: file },
      heal: () => healScene(scene),
    })
    record(context, row(`clock jumps ${name}`, outcome))
    expect(outcome).toMatchObject({ afterNext: outcome.sent, twice: 0, run: { code: 0, stderr: '' } })
    if (!dead) expect(outcome).toMatchObject({ arrived: outcome.sent, left: 0 })
    // The test would prove nothing if the events did not show the jump.
    const times = scene.receiver.logs.map(({ timeUnixNano }) => Number(timeUnixNano / 1_000_000_000n))
    expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(DAY_S / 2)
    expect(outcome.leaveMs).toBeLessThan(LEAVE_LIMIT_MS)
  })
})

describe('a worker that crashes', () => {
  const crash = async (afterMs: number, times: number): Promise<FaultOutcome> => {
    await using scene = await openScene('http')
    return await meetFault(scene, {
      telemetry: 'codex',
      agent: { ...EVERY_10_MS, crashWorker: { afterMs, times } },
    })
  }
  const lost = ({ run }: FaultOutcome): number =>
    Object.values(run.health?.logs.dropped ?? {}).reduce<number>((sum, count) => sum + (count ?? 0), 0)

  it('is started again once, and says so: hardly anything is lost', async context => {
    const outcome = await crash(400, 1)
    record(context, row('worker crashes once', outcome))
    expect(outcome.run).toMatchObject({ code: 0, stderr: '' })
    expect(outcome.said).toContain('`worker-crashed`')
    expect((outcome.afterNext ?? 0) + lost(outcome)).toBeGreaterThanOrEqual(outcome.sent)
    expect(outcome.afterNext).toBeGreaterThan(outcome.sent * 0.9)
  })

  it('does not take the agent with it when it crashes again', async context => {
    const outcome = await crash(200, 10)
    record(context, row('worker crashes each time', outcome))
    expect(outcome.run).toMatchObject({ code: 0, stderr: '' })
    expect(outcome.said).toContain('`worker-crashed`')
    expect(outcome.leaveMs).toBeLessThan(LEAVE_LIMIT_MS)
    expect((outcome.afterNext ?? 0) + lost(outcome)).toBeGreaterThanOrEqual(outcome.sent)
  })
})
