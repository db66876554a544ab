import { describe, expect, it } from 'vitest'
import { copiesByLabel } from '../agent/collector.ts'
import type { AgentOptions } from '../agent/options.ts'
import { type AgentRun, runAgent } from '../agent/run-agent.ts'
import { spooledRecords } from '../agent/spooled-records.ts'
import { type DeliveryRow, record, remark } from './delivery-row.ts'
import { MAX_TWICE } from './meet-fault.ts'
import { openScene, type Scene } from './scene.ts'
import { KILLS } from './sections.ts'

const AT_ONCE = 2

interface Manner {
  name: string
  kills: number
  agent: Pick<AgentOptions, 'events' | 'chunk' | 'everyMs'>
  /** The kill comes at a random time between these, after the first event. */
  betweenMs: readonly [number, number]
}

const FLOW = { events: 100_000, chunk: 50, everyMs: 5 }
const STEADY: Manner = { name: 'at 10,000 events/s', kills: 60, agent: FLOW, betweenMs: [500, 900] }
/** In the beginning there is no worker yet that could take anything in. */
const STARTING: Manner = { name: 'at 10,000 events/s, just started', kills: 40, agent: FLOW, betweenMs: [0, 200] }
const BURST: Manner = {
  name: 'in a burst of 50,000 events',
  kills: 100,
  agent: { events: 50_000, chunk: 256, everyMs: 0 },
  betweenMs: [0, 250],
}

interface Killed extends Pick<AgentRun, 'emitted' | 'signal' | 'stderr'> {
  label: string
}

async function killMany(
  scene: Scene,
  telemetry: 'codex' | 'stock',
  { agent, kills, betweenMs: [from, to] }: Manner,
): Promise<Killed[]> {
  const killed: Killed[] = []
  let started = 0
  const work = async (): Promise<void> => {
    while (started < kills) {
      const label = `killed-${started++}`
      let scheduled = false
      const options: AgentOptions = {
        telemetry,
        codexHome: scene.codexHome,
        exporter: scene.exporter(),
        label,
        ...agent,
        counts: true,
        // It does not end by itself.
        workMs: 10_000,
        ending: 'exit',
      }
      const run = await runAgent(options, {
        onReport(_, kill) {
          if (!scheduled) setTimeout(kill, from + Math.random() * (to - from))
          scheduled = true
        },
      })
      killed.push({ label, emitted: run.emitted, signal: run.signal, stderr: run.stderr })
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return killed
}

/** Each killed process's events: what it said that it had emitted, and what arrived of that. */
function account(
  scene: Scene,
  killed: readonly Killed[],
): { sent: number; arrived: number; twice: number[]; lost: number[] } {
  const byLabel = copiesByLabel(scene.receiver)
  const twice = killed.map(({ label }) => [...(byLabel.get(label)?.values() ?? [])].filter(count => count > 1).length)
  const lost = killed.map(({ label, emitted }) => {
    const copies = byLabel.get(label) ?? new Map<number, number>()
    let missing = 0
    for (let i = 0; i < emitted; i++) if (!copies.has(i)) missing++
    return missing
  })
  const sent = killed.reduce((sum, { emitted }) => sum + emitted, 0)
  return { sent, arrived: sent - total(lost), twice, lost }
}

describe('codex-otel', () => {
  it.for([STEADY, STARTING, BURST])(
    'loses only what the worker had not taken in: $kills times killed $name',
    async (manner, context) => {
      await using scene = await openScene('http')
      const killed = await killMany(scene, 'codex', manner)
      expect(killed.filter(({ signal, stderr }) => signal !== 'SIGKILL' || stderr !== '')).toEqual([])
      const { arrived } = account(scene, killed)
      const left = spooledRecords(scene.codexHome)
      const { codexHome } = scene
      const next = await runAgent({
        telemetry: 'codex',
        codexHome,
        exporter: scene.exporter(),
        label: 'next',
        events: 1,
        recovers: left,
        ending: 'shutdown',
      })
      const { sent, arrived: afterNext, twice, lost } = account(scene, killed)
      record(context, { ...names(manner, 'codex-otel'), sent, arrived, left, afterNext, twice: total(twice), said: [] })
      remark(context, KILLS, `Lost ${manner.name}: ${describeLosses(lost, sent)}`)
      // A frame that was not written to its end is found, and given up.
      const { recovered = 0, dropped = {} } = next.health?.logs ?? {}
      expect(recovered - (dropped['spool-unreadable'] ?? 0)).toBe(left)
      expect(spooledRecords(codexHome)).toBe(0)
      // What was on its way when a process was killed: its own, or what it had taken over of one that was killed before.
      expect(total(twice)).toBeLessThanOrEqual(MAX_TWICE * killed.length)
      expect(twice.toSorted((a, b) => a - b)[twice.length >> 1]).toBeLessThanOrEqual(MAX_TWICE)
      if (manner === STEADY) expect((sent - afterNext) / sent).toBeLessThan(0.05)
    },
  )
})

describe('the stock SDK', () => {
  it('$kills times killed at 10,000 events/s', async context => {
    await using scene = await openScene('http')
    const manner = { ...STEADY, kills: 20 }
    const killed = await killMany(scene, 'stock', manner)
    const { sent, arrived, twice, lost } = account(scene, killed)
    record(context, { ...names(manner, 'OpenTelemetry SDK'), sent, arrived, twice: total(twice), said: [] })
    remark(context, KILLS, `Lost ${manner.name} by the OpenTelemetry SDK: ${describeLosses(lost, sent)}`)
  })
})

const names = ({ name, kills }: Manner, by: DeliveryRow['by']) =>
  ({ section: KILLS, case: `killed ${kills} times ${name}`, by, over: 'HTTP' }) as const

const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0)

function describeLosses(lost: readonly number[], sent: number): string {
  const sorted = lost.toSorted((a, b) => a - b)
  const at = (share: number): string =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toLocaleString('en-US')
  const all = total(lost)
  return `${all.toLocaleString('en-US')} events (${((100 * all) / sent).toFixed(2)} % of those emitted) in ${lost.length} kills; a kill cost ${at(0.5)} (median), ${at(0.9)} (90 %), ${at(1)} (most).`
}
