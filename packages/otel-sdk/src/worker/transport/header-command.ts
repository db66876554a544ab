import type { ChildProcess } from 'node:child_process'
import { homedir } from 'node:os'
import { basename } from 'node:path'
import { absoluteSearchPath, resolveProgram } from '@codex/otel-api/resolve-program'
import { type Deadline, startDeadline } from './deadline.ts'

const TIMEOUT_MS = 10_000
const MAX_OUTPUT_BYTES = 64 * 1024
/** How long what the program printed may take to arrive when the program has ended and its group is killed. */
const DRAIN_MS = 200
const NOT_FOUND = 'was not found'

export interface HeaderCommandOptions {
  /** In milliseconds. Default: 10,000. */
  timeoutMs?: number | undefined
  /** How messages name the program. Default: its own name. */
  shown?: string | undefined
  /** Gives all that the program prints, and not its first line alone. */
  whole?: boolean | undefined
  /** Ends the program and its group: its answer is of no use any more. */
  signal?: AbortSignal | undefined
}

/** Where each named program was found; it is looked for once, so that a later change of PATH finds no other one. */
const found = new Map<string, string>()

/**
 * Runs a token helper and gives the first line that it prints. The program is an absolute path, or a name that is looked
 * up once in the absolute entries of PATH. It runs in the home directory and never in the working directory, which may be
 * a repository that the user does not trust, without the `OTEL_*` variables of this process, and without relative entries in its PATH.
 *
 * It runs in a process group of its own. The answer is complete when the program ends, whatever its children do; then,
 * at the time-out, and when `signal` aborts, the whole group is killed.
 *
 * @throws Error whose message names the program and says what happened; never its arguments or what it printed.
 */
export async function runHeaderCommand(
  command: readonly string[],
  options: HeaderCommandOptions = {},
): Promise<string> {
  const [program = '', ...args] = command
  const { shown = basename(program), whole = false } = options
  const path = found.get(program) ?? resolveProgram(program, process.env.PATH)
  if (path === undefined) throw new Error(`${shown} ${NOT_FOUND}`)
  found.set(program, path)
  // Loaded for a header that comes from a program alone.
  const { spawn } = process.getBuiltinModule('node:child_process')
  // Without stdin: a helper that asks a question must not wait for an answer that never comes.
  const child = spawn(path, args, {
    cwd: homedir(),
    env: environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
    windowsHide: true,
  })
  const { problem, output, printedErrors } = await outcomeOf(child, options)
  // Token helpers print secrets into their errors too, so no word of it is shown.
  const more = printedErrors ? '; run it by hand to see what it says on stderr' : ''
  if (problem === NOT_FOUND) found.delete(program)
  if (problem !== undefined) throw new Error(`${shown} ${problem}${more}`)
  const text = output.trim()
  const value = whole ? text : (text.split(/[\r\n]/, 1)[0]?.trim() ?? '')
  if (value === '') throw new Error(`${shown} printed nothing${more}`)
  return value
}

function environment(): NodeJS.ProcessEnv {
  const env = Object.fromEntries(Object.entries(process.env).filter(([key]) => !key.startsWith('OTEL_')))
  const pathKey = Object.keys(env).find(key => (process.platform === 'win32' ? key.toUpperCase() : key) === 'PATH')
  if (pathKey !== undefined) env[pathKey] = absoluteSearchPath(env[pathKey])
  // Windows looks in the working directory first.
  return process.platform === 'win32' ? { ...env, NoDefaultCurrentDirectoryInExePath: '1' } : env
}

/** Killed when the thread ends. */
const running = new Set<ChildProcess>()

function track(child: ChildProcess): void {
  if (running.size === 0) process.once('exit', killAll)
  running.add(child)
}

function untrack(child: ChildProcess): void {
  running.delete(child)
  if (running.size === 0) process.removeListener('exit', killAll)
}

function killAll(): void {
  for (const child of running) killGroup(child)
}

interface Outcome {
  /** A sentence without its subject. */
  problem: string | undefined
  output: string
  printedErrors: boolean
}

function outcomeOf(child: ChildProcess, { timeoutMs = TIMEOUT_MS, signal }: HeaderCommandOptions): Promise<Outcome> {
  return new Promise(resolve => {
    const chunks: Buffer[] = []
    let length = 0
    let printedErrors = false
    let draining: Deadline | undefined

    const settle = (problem: string | undefined): void => {
      deadline.clear()
      draining?.clear()
      signal?.removeEventListener('abort', onAbort)
      untrack(child)
      killGroup(child)
      child.stdout?.destroy()
      child.stderr?.destroy()
      resolve({ problem, output: Buffer.concat(chunks).toString(), printedErrors })
    }
    const onAbort = (): void => settle('was ended, telemetry is shut down')
    const deadline = startDeadline(timeoutMs, () => settle(`did not finish within ${timeoutMs} ms`))
    signal?.addEventListener('abort', onAbort, { once: true })
    track(child)
    child.stdout?.on('data', (chunk: Buffer) => {
      length += chunk.length
      chunks.push(chunk)
      if (length > MAX_OUTPUT_BYTES) settle(`printed more than ${MAX_OUTPUT_BYTES} bytes`)
    })
    child.stderr?.on('data', (chunk: Buffer) => {
      printedErrors ||= chunk.toString('latin1').trim() !== ''
    })
    child.once('error', ({ code }: NodeJS.ErrnoException) =>
      settle(code === 'ENOENT' ? NOT_FOUND : `could not be started (${code ?? 'unknown error'})`),
    )
    const finish = (code: number | null, killedBy: NodeJS.Signals | null): void => {
      if (code === 0) settle(undefined)
      else settle(code === null ? `was ended by ${killedBy ?? 'a signal'}` : `ended with exit code ${code}`)
    }
    child.once('exit', (code, killedBy) => {
      // The time-out is over: the answer is there, and only has to be read.
      deadline.clear()
      killGroup(child)
      // A child of the program that left the group may hold its stdout open for as long as it likes.
      draining = startDeadline(DRAIN_MS, () => finish(code, killedBy))
    })
    child.once('close', finish)
    if (signal?.aborted === true) onAbort()
  })
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return
  try {
    if (process.platform === 'win32') child.kill('SIGKILL')
    else process.kill(-child.pid, 'SIGKILL')
  } catch {
    // The group has ended by itself.
  }
}
