import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { collectText, startProcess } from '@codex/test-kit/run-process'

export const LOCAL_PROCESS: string = fileURLToPath(new URL('./local-process.ts', import.meta.url))

const LIMIT_MS = 60_000

export interface LocalOptions {
  /** Its `CODEX_HOME` and home directory. */
  home: string
  /** Its `[otel]` table. */
  table: object
  /** One of those that `local-process.ts` knows. Default: `shutdown`. */
  ending?: string
  /** Default: 100. */
  events?: number
  env?: NodeJS.ProcessEnv
}

export interface LocalEnd {
  code: number | null
  signal: string | null
  stdout: string
  stderr: string
}

/** The environment that tells `local-process.ts` what to do. */
export const localEnvironment = (options: LocalOptions): NodeJS.ProcessEnv => {
  const { home, table, ending = 'shutdown', events = 100, env } = options
  return {
    PATH: process.env.PATH,
    TERM: 'xterm',
    HOME: home,
    CODEX_HOME: home,
    TABLE: JSON.stringify(table),
    ENDING: ending,
    EVENTS: String(events),
    RESULT: resultFile(home),
    ...env,
  }
}

/** Runs `local-process.ts` to its end. */
export async function runLocal(options: LocalOptions): Promise<LocalEnd> {
  const { child, ended } = startProcess([process.execPath, LOCAL_PROCESS], {
    env: localEnvironment(options),
    stdio: ['ignore', 'pipe', 'pipe'],
    limitMs: LIMIT_MS,
  })
  const [stdout, stderr] = [collectText(child.stdout), collectText(child.stderr)]
  const { code, signal } = await ended
  return { code, signal, stdout: stdout(), stderr: stderr() }
}

const resultFile = (home: string): string => join(home, 'result.json')

/** What a process that was shut down said of its records. */
export const localResult = (home: string) => JSON.parse(readFileSync(resultFile(home), 'utf8'))
