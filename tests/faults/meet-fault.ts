import { tally } from '../agent/collector.ts'
import type { AgentOptions, Exporter } from '../agent/options.ts'
import { type AgentRun, type RunHow, runAgent } from '../agent/run-agent.ts'
import { spooledRecords } from '../agent/spooled-records.ts'
import type { DeliveryRow } from './delivery-row.ts'
import type { Scene } from './scene.ts'

export interface FaultOptions extends RunHow {
  telemetry: 'codex' | 'stock'
  agent?: Partial<AgentOptions>
  /** Ends the fault, before the next run. */
  heal?(): void | Promise<void>
  /** `false`: there is no next run, because it could not deliver either. */
  next?: boolean
  /** What the next run exports to, when the fault was there. */
  nextExporter?: Exporter
}

export interface FaultOutcome
  extends Pick<DeliveryRow, 'sent' | 'arrived' | 'left' | 'afterNext' | 'twice' | 'leaveMs' | 'said'> {
  run: AgentRun
  next: AgentRun | undefined
}

const LABEL = 'first'
const NEXT_LABEL = 'next'
const USUAL = { label: LABEL, events: 1000, chunk: 100, everyMs: 20, ending: 'shutdown' } as const
const NEXT_EVENTS = 1

/** Runs a process through the fault that `scene` is in, and then another one without it. */
export async function meetFault(scene: Scene, options: FaultOptions): Promise<FaultOutcome> {
  const { telemetry, heal, next: hasNext = true, nextExporter, agent, ...how } = options
  const base = { telemetry, codexHome: scene.codexHome, exporter: scene.exporter() }
  const first: AgentOptions = { ...base, ...USUAL, ...agent }
  const run = await runAgent(first, how)
  const { arrived } = tally(scene.receiver, first.label)
  const left = telemetry === 'codex' ? spooledRecords(first.codexHome) : undefined
  await heal?.()
  let next: AgentRun | undefined
  if (telemetry === 'codex' && hasNext) {
    const exporter = nextExporter ?? first.exporter
    // The fault is over, and how long leaving takes is not the question.
    const config = { ...first.config, shutdown_timeout_ms: 10_000 }
    const { codexHome } = first
    next = await runAgent({
      ...base,
      codexHome,
      exporter,
      config,
      label: NEXT_LABEL,
      events: NEXT_EVENTS,
      recovers: left,
      ending: 'shutdown',
    })
  }
  const all = tally(scene.receiver, first.label)
  return {
    sent: first.events,
    arrived,
    left,
    afterNext: next === undefined ? undefined : all.arrived,
    twice: all.twice,
    leaveMs: run.leaveMs,
    said: said(run),
    run,
    next,
  }
}

/** Each code once, then what was counted as lost. */
function said(run: AgentRun): string[] {
  const dropped = Object.entries(run.health?.logs.dropped ?? {}).map(([reason, count]) => `${reason}: ${count}`)
  const outside =
    Number.isNaN(run.leaveMs) || (run.code === null && run.signal === 'SIGKILL') ? ['killed after the time limit'] : []
  return [...new Set(run.said.map(({ code }) => `\`${code}\``)), ...dropped, ...outside]
}

export const asRow = (
  { sent, arrived, left, afterNext, twice, leaveMs, said }: FaultOutcome,
  names: Pick<DeliveryRow, 'section' | 'case' | 'by' | 'over'>,
): DeliveryRow => ({ ...names, sent, arrived, left, afterNext, twice, leaveMs, said })

export const WIRE_NAMES = { http: 'HTTP', grpc: 'gRPC' } as const
/** So many records are on their way at once: see docs/decisions/delivery-and-spool.md. */
export const MAX_TWICE = 2048
/** What is promised, of the default budget of 500 ms. */
export const PROMISED_LEAVE_MS = 600
/** A single run may meet a machine that does something else. */
export const LEAVE_LIMIT_MS = 900
/** As may one that has a burst to write down first, or nine others beside it: for those it is the median that counts. */
export const BURST_LEAVE_LIMIT_MS = 5000
