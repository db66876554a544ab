import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { signalGroup, trackGroup, untrackGroup } from '../process-group.ts'
import { OutputBuffer } from './output-buffer.ts'

export interface RunCommandOptions {
  /** The command, which is run by `bash -c`, or by `sh -c` where there is no bash. */
  command: string
  /** The program and its arguments that start the shell, for a sandbox. Default: none. */
  prefix?: readonly string[] | undefined
  cwd: string
  env: Readonly<Record<string, string | undefined>>
  /** Limit of the run, in milliseconds. Default: 120,000. */
  timeLimitMs?: number | undefined
  /** How many bytes of output are kept, half from the start and half from the end. Default: 64 KiB. */
  outputLimitBytes?: number | undefined
  /** Receives the output as it comes, of both streams. */
  onOutput?: ((chunk: Buffer) => void) | undefined
  signal: AbortSignal
}

export interface CommandResult {
  /** The end of the command in words, such as `Process exited with code 0`. */
  ending: string
  /** Whether the command ended by itself, with any exit code. */
  finished: boolean
  /** Absent where a signal ended it. */
  exitCode?: number | undefined
  /** Whether the command was ended because it took too long. */
  timedOut: boolean
  output: string
  durationMs: number
}

const DEFAULT_TIME_LIMIT_MS = 120_000
const DEFAULT_OUTPUT_LIMIT_BYTES: number = 64 * 1024
/** The time between SIGTERM and SIGKILL for a process group, in milliseconds. */
const GRACE_MS = 500
const SHELL = existsSync('/bin/bash') ? '/bin/bash' : '/bin/sh'

/**
 * Runs one shell command in a process group of its own, without input. When the command ends, takes too long or is
 * aborted, the whole group is ended, so that no process in the background stays.
 * @throws when the shell cannot be started.
 */
export function runCommand(options: RunCommandOptions): Promise<CommandResult> {
  const { timeLimitMs = DEFAULT_TIME_LIMIT_MS, outputLimitBytes = DEFAULT_OUTPUT_LIMIT_BYTES, signal } = options
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const started = performance.now()
    const output = new OutputBuffer(outputLimitBytes)
    const shell = [SHELL, '-c', options.command] as const
    const [program = SHELL, ...args] = [...(options.prefix ?? []), ...shell]
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: options.env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    trackGroup(child)
    let timedOut = false
    let killTimer: NodeJS.Timeout | undefined
    const end = (): void => {
      signalGroup(child, 'SIGTERM')
      killTimer ??= setTimeout(() => {
        signalGroup(child, 'SIGKILL')
        // A process that left the group may still have the pipes open.
        child.stdout.destroy()
        child.stderr.destroy()
      }, GRACE_MS)
    }
    const timer = setTimeout(() => {
      timedOut = true
      end()
    }, timeLimitMs)
    signal.addEventListener('abort', end, { once: true })
    const release = (): void => {
      clearTimeout(timer)
      clearTimeout(killTimer)
      signal.removeEventListener('abort', end)
      untrackGroup(child)
    }
    const onData = (chunk: Buffer): void => {
      output.add(chunk)
      options.onOutput?.(chunk)
    }
    child.stdout.on('data', onData)
    child.stderr.on('data', onData)
    child.on('error', error => {
      release()
      reject(error)
    })
    // The shell has ended. Processes that it left in the background would keep the pipes open.
    child.on('exit', end)
    child.on('close', (code, killedBy) => {
      signalGroup(child, 'SIGKILL')
      release()
      const finished = !timedOut && !signal.aborted
      resolve({
        ending: describeEnding(code, killedBy, timedOut ? timeLimitMs : undefined),
        finished,
        exitCode: code ?? undefined,
        timedOut,
        output: output.toString(),
        durationMs: performance.now() - started,
      })
    })
  })
}

function describeEnding(code: number | null, killedBy: string | null, timedOutAfterMs: number | undefined): string {
  if (timedOutAfterMs !== undefined)
    return `Process did not end within ${timedOutAfterMs / 1000} seconds and was killed`
  return killedBy === null ? `Process exited with code ${code}` : `Process was ended by ${killedBy}`
}
