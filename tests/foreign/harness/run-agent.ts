import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { collectText, startProcess } from '@codex/test-kit/run-process'
import { commandLine } from './tools.ts'

/** How the agent ends. */
export const ENDINGS = ['normal end', 'process.exit()', 'throw', 'SIGTERM'] as const
/** Deno has one more. */
export const DENO_EXIT = 'Deno.exit()'
export type Ending = (typeof ENDINGS)[number] | typeof DENO_EXIT

/** What each ending looks like from outside, and what it may print. */
export const ENDS_WITH: Readonly<Record<Ending, { code: number | null; signal: string | null; says: RegExp }>> = {
  'normal end': { code: 0, signal: null, says: /^$/ },
  'process.exit()': { code: 3, signal: null, says: /^$/ },
  'Deno.exit()': { code: 3, signal: null, says: /^$/ },
  // The line that threw comes first, and where that is a whole bundle the pipe may not take the message after it.
  throw: { code: 1, signal: null, says: /\S/ },
  SIGTERM: { code: null, signal: 'SIGTERM', says: /^$/ },
}

const LIMIT_MS = 60_000

export interface AgentOptions {
  /** The folder of the application. */
  cwd: string
  ending: Ending
  events: number
  endpoint: string
  codexHome: string
  serviceName: string
  /** An agent that ends by the signal gets it when this resolves. Default: at once. */
  until?: Promise<unknown> | undefined
}

export interface AgentEnd {
  code: number | null
  signal: string | null
  stderr: string
}

/** The whole environment of a program: nothing of the surroundings reaches it, and it looks for no newer version of itself. */
export const environment = (home: string): Record<string, string> => ({
  PATH: process.env.PATH ?? '',
  HOME: home,
  DENO_DIR: join(home, 'deno'),
  DENO_NO_UPDATE_CHECK: '1',
  NO_COLOR: '1',
})

/** Runs a command that starts the agent, and ends it by the signal once it is ready. */
export async function runAgent(command: string, options: AgentOptions): Promise<AgentEnd> {
  const { cwd, ending, events, endpoint, codexHome, serviceName } = options
  const { child, ended } = startProcess(commandLine(command), {
    cwd,
    env: {
      ...environment(codexHome),
      CODEX_HOME: codexHome,
      ENDING: ending,
      EVENTS: String(events),
      ENDPOINT: endpoint,
      SERVICE: serviceName,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    limitMs: LIMIT_MS,
  })
  const [, , stderr] = child.stdio.map(collectText) as [unknown, unknown, () => string]
  child.stdout?.once('data', async () => {
    await options.until
    child.kill('SIGTERM')
  })
  const { code, signal } = await ended
  return { code, signal, stderr: stderr() }
}

/** A new home for an agent. */
export const makeHome = (directory: string): string => mkdtempSync(join(directory, 'home-'))
