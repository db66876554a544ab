import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process'

export interface ProcessOptions {
  /** The whole environment of the process. */
  env: NodeJS.ProcessEnv
  /** Default: this process's own. */
  cwd?: string | undefined
  stdio: StdioOptions
  /** The process is killed after this many milliseconds. */
  limitMs: number
}

export interface Ended {
  /** `null` when a signal ended it, as the time limit does. */
  code: number | null
  signal: NodeJS.Signals | null
  /** From its start to its end, in milliseconds. */
  wholeMs: number
  /** When it had ended, in nanoseconds of `process.hrtime.bigint()`, which is the same clock in all processes. */
  endNs: bigint
}

export interface RunningProcess {
  readonly child: ChildProcess
  /** Resolves when the process has ended and everything that it wrote was read. Rejects when it cannot be started. */
  readonly ended: Promise<Ended>
}

const NS_PER_MS = 1_000_000

/** Starts a command, which is a program and its arguments. */
export function startProcess(command: readonly string[], options: ProcessOptions): RunningProcess {
  const { env, cwd, stdio, limitMs } = options
  const [program = '', ...args] = command
  const beginNs = process.hrtime.bigint()
  const child = spawn(program, args, { env, cwd, stdio, timeout: limitMs, killSignal: 'SIGKILL' })
  const { promise: ended, resolve, reject } = Promise.withResolvers<Ended>()
  let endNs = 0n
  child.on('error', reject)
  child.on('exit', () => {
    endNs = process.hrtime.bigint()
  })
  child.on('close', (code, signal) => {
    resolve({ code, signal, wholeMs: Number(endNs - beginNs) / NS_PER_MS, endNs })
  })
  return { child, ended }
}

/** Collects what comes through a pipe of a process, where there is one. The returned function gives what came so far. */
export function collectText(stream: ChildProcess['stdio'][number] | undefined): () => string {
  const chunks: Buffer[] = []
  stream?.on('data', chunk => chunks.push(chunk))
  return () => Buffer.concat(chunks).toString('utf8')
}
