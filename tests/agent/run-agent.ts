import { fileURLToPath } from 'node:url'
import type { TelemetryHealth } from '@codex/otel-api'
import { collectText, type Ended, type RunningProcess, startProcess } from '@codex/test-kit/run-process'
import type { AgentOptions, AgentReport } from './options.ts'

export interface RunHow {
  /** A command that starts the process, before the path of Node. */
  through?: readonly string[] | undefined
  env?: Readonly<Record<string, string>> | undefined
  /** Options of Node. */
  nodeOptions?: readonly string[] | undefined
  /** Killed after this long. Default: 60 s. */
  limitMs?: number | undefined
  /** Called with each report as it comes. */
  onReport?(report: AgentReport, kill: () => void): void
}

export interface AgentRun extends Omit<Ended, 'endNs'> {
  stdout: string
  stderr: string
  /** From the moment at which the process began to leave to its end, as seen from outside. */
  leaveMs: number
  /** The diagnostics, in order: their codes and their texts. */
  said: { code: string; message: string }[]
  notes: string[]
  /** What the process knew at its exit; `undefined` where none was seen, as after a signal. */
  health: TelemetryHealth | undefined
  /** What it last said that it had emitted. */
  emitted: number
}

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url))
const NS_PER_MS = 1_000_000

/** Starts the observed process. */
export function startAgent(options: AgentOptions, how: RunHow = {}): RunningProcess {
  return startProcess(
    [...(how.through ?? []), process.execPath, ...(how.nodeOptions ?? []), MAIN, JSON.stringify(options)],
    {
      env: { PATH: process.env.PATH, ...how.env },
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      limitMs: how.limitMs ?? 60_000,
    },
  )
}

/** Runs the observed process to its end. */
export async function runAgent(options: AgentOptions, how: RunHow = {}): Promise<AgentRun> {
  const { child, ended } = startAgent(options, how)
  const reported: Pick<AgentRun, 'said' | 'notes' | 'health' | 'emitted'> = {
    said: [],
    notes: [],
    health: undefined,
    emitted: 0,
  }
  const [, stdout, stderr] = child.stdio.slice(0, 3).map(collectText) as [unknown, () => string, () => string]
  let leavingNs: bigint | undefined
  let unread = ''
  ;(child.stdio[3] as NodeJS.ReadableStream).setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (unread + chunk).split('\n')
    unread = lines.pop() ?? ''
    for (const line of lines) take(JSON.parse(line) as AgentReport)
  })
  const take = (report: AgentReport): void => {
    switch (report.type) {
      case 'emitted':
        reported.emitted = report.count
        break
      case 'leaving':
        leavingNs = BigInt(report.atNs)
        break
      case 'said':
        reported.said.push({ code: report.code, message: report.message })
        break
      case 'note':
        reported.notes.push(report.text)
        break
      case 'health':
        reported.health = report.health as TelemetryHealth
    }
    how.onReport?.(report, () => child.kill('SIGKILL'))
  }
  const { endNs, ...end } = await ended
  const leaveMs = leavingNs === undefined ? Number.NaN : Number(endNs - leavingNs) / NS_PER_MS
  return { ...end, ...reported, leaveMs, stdout: stdout(), stderr: stderr() }
}
