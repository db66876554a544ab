import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { TelemetryHealth } from '@codex/otel-api'
import type { AgentOptions, AgentReport } from './options.ts'

export interface RunHow {
  /** A command that starts the process, before the path of Node. */
  through?: readonly string[] | undefined
  env?: Readonly<Record<string, string>> | undefined
  /** Killed after this long. Default: 60 s. */
  limitMs?: number | undefined
  /** Called with each report as it comes. */
  onReport?(report: AgentReport, kill: () => void): void
}

export interface AgentRun {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
  /** From the moment at which the process began to leave to its end, as seen from outside. */
  leaveMs: number
  wholeMs: number
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

/** Runs the observed process to its end. */
export function runAgent(options: AgentOptions, how: RunHow = {}): Promise<AgentRun> {
  const command = [...(how.through ?? []), process.execPath, MAIN, JSON.stringify(options)]
  const begin = process.hrtime.bigint()
  const child = spawn(command[0] as string, command.slice(1), {
    env: { PATH: process.env.PATH, ...how.env },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    timeout: how.limitMs ?? 60_000,
    killSignal: 'SIGKILL',
  })
  const run: AgentRun = {
    code: null,
    signal: null,
    stdout: '',
    stderr: '',
    leaveMs: Number.NaN,
    wholeMs: Number.NaN,
    said: [],
    notes: [],
    health: undefined,
    emitted: 0,
  }
  const [, stdout, stderr, reports] = child.stdio
  stdout?.setEncoding('utf8').on('data', chunk => {
    run.stdout += chunk
  })
  stderr?.setEncoding('utf8').on('data', chunk => {
    run.stderr += chunk
  })
  let leavingNs: bigint | undefined
  let unread = ''
  ;(reports as NodeJS.ReadableStream).setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (unread + chunk).split('\n')
    unread = lines.pop() ?? ''
    for (const line of lines) take(JSON.parse(line) as AgentReport)
  })
  const take = (report: AgentReport): void => {
    switch (report.type) {
      case 'emitted':
        run.emitted = report.count
        break
      case 'leaving':
        leavingNs = BigInt(report.atNs)
        break
      case 'said':
        run.said.push({ code: report.code, message: report.message })
        break
      case 'note':
        run.notes.push(report.text)
        break
      case 'health':
        run.health = report.health as TelemetryHealth
    }
    how.onReport?.(report, () => child.kill('SIGKILL'))
  }
  return new Promise((resolve, reject) => {
    let endNs = 0n
    child.on('error', reject)
    child.on('exit', () => {
      endNs = process.hrtime.bigint()
    })
    child.on('close', (code, signal) => {
      run.code = code
      run.signal = signal
      run.wholeMs = Number(endNs - begin) / NS_PER_MS
      if (leavingNs !== undefined) run.leaveMs = Number(endNs - leavingNs) / NS_PER_MS
      resolve(run)
    })
  })
}
