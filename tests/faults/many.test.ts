import { describe, expect, it } from 'vitest'
import { tally } from '../agent/collector.ts'
import { runAgent } from '../agent/run-agent.ts'
import { spooledRecords } from '../agent/spooled-records.ts'
import { type DeliveryRow, record } from './delivery-row.ts'
import { healScene } from './fault-cases.ts'
import { asRow, BURST_LEAVE_LIMIT_MS, MAX_TWICE, meetFault } from './meet-fault.ts'
import { openScene } from './scene.ts'
import { MANY } from './sections.ts'

const BURST = 100_000
const names = (name: string, by: DeliveryRow['by'] = 'codex-otel') =>
  ({ section: MANY, case: name, by, over: 'HTTP' }) as const

describe('a burst of 100,000 events', () => {
  const cases = [
    { name: '100k burst, `process.exit()`, collector healthy', ending: 'exit', dead: false },
    { name: '100k burst, `await shutdown()`, collector healthy', ending: 'shutdown', dead: false },
    { name: '100k burst, `process.exit()`, collector dead', ending: 'exit', dead: true },
  ] as const

  it.for(cases)('is kept whole: $name', async ({ name, ending, dead }, context) => {
    await using scene = await openScene('http')
    if (dead) await scene.proxy.refuse()
    const agent = { events: BURST, chunk: BURST, ending, config: { spool: { max_bytes: 256 * 1024 * 1024 } } }
    const outcome = await meetFault(scene, { telemetry: 'codex', agent, heal: () => healScene(scene) })
    record(context, asRow(outcome, names(name)))
    expect(outcome).toMatchObject({ afterNext: BURST, run: { stderr: '' } })
    expect(outcome.twice).toBeLessThanOrEqual(dead ? 0 : MAX_TWICE)
    // The budget, and the writing of what was posted an instant before.
    expect(outcome.leaveMs).toBeLessThan(10_000)
  })

  it.for(cases.filter(({ dead }) => !dead))('with the stock SDK: $name', async ({ name, ending }, context) => {
    await using scene = await openScene('http')
    const outcome = await meetFault(scene, { telemetry: 'stock', agent: { events: BURST, chunk: BURST, ending } })
    record(context, asRow(outcome, names(name, 'OpenTelemetry SDK')))
  })
})

describe('ten processes that share a home', () => {
  const PROCESSES = 10
  const EVENTS = 1000

  it('keep everything, and deliver it once, ten at a time', async context => {
    await using scene = await openScene('http')
    await scene.proxy.refuse()
    const base = {
      telemetry: 'codex',
      codexHome: scene.codexHome,
      exporter: scene.exporter(),
      chunk: 100,
      everyMs: 10,
    } as const
    const labels = Array.from({ length: PROCESSES }, (_, i) => `process-${i}`)
    const first = await Promise.all(labels.map(label => runAgent({ ...base, label, events: EVENTS, ending: 'exit' })))
    const left = spooledRecords(scene.codexHome)
    expect(left).toBe(PROCESSES * EVENTS)
    await healScene(scene)
    // Each process goes on until the home is empty, even when another process sends the records.
    const next = await Promise.all(
      labels.map(label => runAgent({ ...base, label: `next-${label}`, events: 1, workMs: 4000, ending: 'shutdown' })),
    )
    const tallies = labels.map(label => tally(scene.receiver, label))
    const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0)
    const arrived = sum(tallies.map(each => each.arrived))
    const twice = sum(tallies.map(each => each.twice))
    record(context, {
      ...names('10 processes share a home, collector dead, then 10 at once'),
      sent: PROCESSES * EVENTS,
      arrived: 0,
      left,
      afterNext: arrived,
      twice,
      leaveMs: Math.max(...first.map(run => run.leaveMs)),
      said: [...new Set(first.flatMap(run => run.said.map(({ code }) => `\`${code}\``)))],
    })
    expect(arrived).toBe(PROCESSES * EVENTS)
    expect(twice).toBe(0)
    expect(spooledRecords(scene.codexHome)).toBe(0)
    expect(sum(next.map(run => run.health?.logs.recovered ?? 0))).toBe(PROCESSES * EVENTS)
    for (const run of first) expect(run.leaveMs).toBeLessThan(BURST_LEAVE_LIMIT_MS)
  })
})
