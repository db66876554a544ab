import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { copiesOf } from '../agent/collector.ts'
import { record } from './delivery-row.ts'
import { healScene } from './fault-cases.ts'
import { asRow, type FaultOutcome, LEAVE_LIMIT_MS, meetFault } from './meet-fault.ts'
import { openScene } from './scene.ts'
import { DISK } from './sections.ts'
import { mountSmallDisk } from './small-disk.ts'

const NOT_PERMITTED = 'this user may not mount a file system'
const row = (name: string, outcome: FaultOutcome) =>
  asRow(outcome, { section: DISK, case: name, by: 'codex-otel', over: 'HTTP' })
const lost = ({ run }: FaultOutcome): number =>
  Object.values(run.health?.logs.dropped ?? {}).reduce((sum, count) => sum + count, 0)
const codes = ({ run }: FaultOutcome): string[] => run.said.map(({ code }) => code)

/** Changes a byte in the middle of each file that holds records. */
function damageSegments(codexHome: string): void {
  const files = readdirSync(join(codexHome, 'otel-spool'), { recursive: true, withFileTypes: true })
  for (const file of files) {
    if (!file.isFile() || /\.(?:json|alive)$/.test(file.name)) continue
    const path = join(file.parentPath, file.name)
    const bytes = readFileSync(path)
    const middle = bytes.length >> 1
    bytes[middle] = (bytes[middle] ?? 0) ^ 0xff
    writeFileSync(path, bytes)
  }
}

describe('a disk that is full', () => {
  it('keeps what fits when the collector is dead, and counts the rest', async context => {
    // A request of the worker has up to 384 events, and fits as a whole or not at all.
    using disk = mountSmallDisk('size=512k')
    if (disk === undefined) return context.skip(NOT_PERMITTED)
    await using scene = await openScene('http')
    await scene.proxy.refuse()
    const outcome = await meetFault(scene, {
      telemetry: 'codex',
      agent: { codexHome: disk.path },
      heal: () => healScene(scene),
    })
    record(context, row('full after 512 KiB, collector dead', outcome))
    expect(outcome.left).toBeGreaterThan(0)
    expect((outcome.left ?? 0) + lost(outcome)).toBe(outcome.sent)
    expect(outcome).toMatchObject({ arrived: 0, afterNext: outcome.left, twice: 0, run: { code: 0, stderr: '' } })
    expect(codes(outcome).filter(code => code === 'spool-unusable')).toHaveLength(1)
    expect(outcome.leaveMs).toBeLessThan(LEAVE_LIMIT_MS)
  })

  it('delivers everything when the collector is healthy', async context => {
    using disk = mountSmallDisk('size=16k')
    if (disk === undefined) return context.skip(NOT_PERMITTED)
    await using scene = await openScene('http')
    const agent = { codexHome: disk.path, recovers: 0 }
    const outcome = await meetFault(scene, { telemetry: 'codex', agent, next: false })
    record(context, row('full after 16 KiB, collector healthy', outcome))
    expect(outcome).toMatchObject({ arrived: outcome.sent, left: 0, twice: 0, run: { code: 0, stderr: '' } })
    expect(lost(outcome)).toBe(0)
    expect(codes(outcome)).toEqual(['spool-unusable'])
  })

  it('gets what could not be written before, once there is room', async context => {
    using disk = mountSmallDisk('size=64k')
    if (disk === undefined) return context.skip(NOT_PERMITTED)
    await using scene = await openScene('http')
    await scene.proxy.refuse()
    const agent = { codexHome: disk.path, workMs: 300, recovers: 0 }
    const outcome = await meetFault(scene, {
      telemetry: 'codex',
      agent,
      next: false,
      onReport(report) {
        // As soon as it has said that the disk is full, the collector comes back.
        if (report.type === 'said' && report.code === 'spool-unusable') void scene.proxy.listen()
      },
    })
    record(context, row('full after 64 KiB, collector comes back', outcome))
    expect(outcome).toMatchObject({ arrived: outcome.sent, left: 0, twice: 0 })
    expect(lost(outcome)).toBe(0)
  })
})

describe('a spool that cannot be used', () => {
  it('is said once, and what cannot be delivered is counted: a file in its place', async context => {
    await using scene = await openScene('http')
    await scene.proxy.refuse()
    writeFileSync(join(scene.codexHome, 'otel-spool'), '')
    const outcome = await meetFault(scene, { telemetry: 'codex', agent: { workMs: 300 }, next: false })
    record(context, row('a file in place of the spool, collector dead', outcome))
    expect(lost(outcome)).toBe(outcome.sent)
    expect(outcome).toMatchObject({ arrived: 0, run: { code: 0, stderr: '' } })
    expect(codes(outcome).filter(code => code === 'spool-unusable')).toHaveLength(1)
    expect(outcome.leaveMs).toBeLessThan(LEAVE_LIMIT_MS)
  })

  it('takes nothing away from a healthy collector: a read-only disk', async context => {
    using disk = mountSmallDisk('size=1m')
    if (disk === undefined) return context.skip(NOT_PERMITTED)
    disk.remount('ro')
    await using scene = await openScene('http')
    const agent = { codexHome: disk.path, recovers: 0 }
    const outcome = await meetFault(scene, { telemetry: 'codex', agent, next: false })
    record(context, row('read-only disk, collector healthy', outcome))
    expect(outcome).toMatchObject({ arrived: outcome.sent, left: 0, twice: 0, run: { code: 0, stderr: '' } })
    expect(codes(outcome)).toEqual(['spool-unusable'])
  })

  it('counts what it does not get back: damaged between the runs', async context => {
    await using scene = await openScene('http')
    await scene.proxy.refuse()
    const outcome = await meetFault(scene, {
      telemetry: 'codex',
      heal: async () => {
        damageSegments(scene.codexHome)
        await healScene(scene)
      },
    })
    record(context, row('spool damaged between the runs', outcome))
    const { next } = outcome
    const unreadable = next?.health?.logs.dropped['spool-unreadable'] ?? 0
    expect(unreadable).toBeGreaterThan(0)
    expect(next?.health?.logs.recovered).toBe(outcome.left)
    expect(outcome.afterNext).toBe((outcome.left ?? 0) - unreadable)
  })
})

describe('a bound of 1 MiB', () => {
  it('keeps the newest, and counts what made room', async context => {
    await using scene = await openScene('http')
    await scene.proxy.refuse()
    const config = { spool: { max_bytes: 1_048_576 } }
    const agent = { config, events: 3000 }
    const outcome = await meetFault(scene, { telemetry: 'codex', agent, heal: () => healScene(scene) })
    record(context, row('`max_bytes` of 1 MiB, collector dead', outcome))
    expect((outcome.left ?? 0) + lost(outcome)).toBe(outcome.sent)
    // The oldest: what was still in memory when it made room on disk is counted when the process ends.
    const last = Math.max(...copiesOf(scene.receiver, 'first').keys())
    expect(last).toBe(outcome.sent - 1)
    expect(lost(outcome)).toBeGreaterThan(0)
    expect(outcome).toMatchObject({ afterNext: outcome.left, twice: 0 })
  })
})
