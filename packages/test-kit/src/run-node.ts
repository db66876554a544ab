import { fileURLToPath } from 'node:url'
import { PATH_WITHOUT_SANDBOX } from './path-without-sandbox.ts'
import { collectText, startProcess } from './run-process.ts'

export interface RunOptions {
  cwd: string
  /** The whole environment but for `PATH`: nothing else of the surroundings reaches the process, not even a sandbox. */
  env?: Readonly<Record<string, string>>
  /** What it reads from standard input. Default: nothing, closed at once. */
  stdin?: string
  /** The process is killed after this many milliseconds. Default: 15,000. */
  limitMs?: number
}

export interface Finished {
  /** `null` when a signal ended it, as the time limit does. */
  code: number | null
  stdout: string
  stderr: string
  /** How many worker threads it started. */
  workers: number
}

const COUNT_WORKERS = new URL('./count-workers.mjs', import.meta.url).href
const LIMIT_MS = 15_000

/** The root of the repository. */
export const ROOT: string = fileURLToPath(new URL('../../..', import.meta.url))

/** Runs the Node that runs this, with its worker threads counted, and waits for the end. */
export async function runNode(args: readonly string[], options: RunOptions): Promise<Finished> {
  const { cwd, env = {}, stdin = '', limitMs = LIMIT_MS } = options
  const { child, ended } = startProcess([process.execPath, '--import', COUNT_WORKERS, ...args], {
    cwd,
    env: { PATH: PATH_WITHOUT_SANDBOX, ...env },
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    limitMs,
  })
  const [, stdout, stderr, workers] = child.stdio.map(collectText) as [
    unknown,
    () => string,
    () => string,
    () => string,
  ]
  // A process that ends without reading closes the pipe early.
  child.stdin?.on('error', () => {})
  child.stdin?.end(stdin)
  const { code } = await ended
  return { code, stdout: stdout(), stderr: stderr(), workers: workers().length }
}
