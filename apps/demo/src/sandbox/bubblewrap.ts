import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { resolveProgram } from '@codex/otel-api/resolve-program'
import type { SandboxPolicy } from '../config/settings.ts'
import { runCommand } from '../tools/run-command.ts'
import { protectedPaths } from './protected-paths.ts'

export interface BubblewrapOptions {
  policy: Exclude<SandboxPolicy, 'danger-full-access'>
  cwd: string
  codexHome: string
  /** The environment of the commands, with the PATH in which `bwrap` is searched. */
  env: Readonly<Record<string, string | undefined>>
  signal: AbortSignal
  /** Limit of each trial, in milliseconds. Default: 5,000. */
  timeLimitMs?: number | undefined
}

/** The program and the arguments that start a command in the sandbox; or the reason for the user why there is none. */
export type Found = { prefix: readonly string[]; reason?: undefined } | { prefix?: undefined; reason: string }

const TIME_LIMIT_MS = 5_000
const ALONE = ['--unshare-all', '--die-with-parent', '--new-session', '--cap-drop', 'ALL']
const READ_ONLY = ['--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc']
/** A command that prints whether it can write to a directory that it may write to without a sandbox, or has a network. */
const TRIAL = `if (: >"$TRIAL_DIRECTORY/written") 2>/dev/null || grep -v -e '|' -e ' lo:' /proc/net/dev | grep -q .
then echo open; else echo confined; fi`

/**
 * Finds `bwrap` and tries whether it confines a command; without a successful trial there is no sandbox.
 * @throws the signal's reason.
 */
export async function findBubblewrap(options: BubblewrapOptions): Promise<Found> {
  const { cwd, env, policy } = options
  if (policy === 'workspace-write' && cwd === '/') return { reason: 'the working directory is /, which is everything' }
  // A program in the directory where the model works may be the model's own.
  const program = resolveProgram('bwrap', env.PATH, { outside: cwd === '/' ? undefined : cwd })
  if (program === undefined) return { reason: 'there is no bwrap in PATH' }
  const readOnly = [program, ...ALONE, ...READ_ONLY, '--chdir', cwd, '--']
  const reason = await findFault(readOnly, options)
  if (reason !== undefined) return { reason }
  if (policy === 'read-only') return { prefix: readOnly }
  const allowed = writable(options)
  if (allowed.reason !== undefined) return { reason: allowed.reason }
  const prefix = [program, ...ALONE, ...READ_ONLY, ...allowed.args, '--chdir', cwd, '--']
  const { output, ending } = await run(':', prefix, options)
  return ending === EXITED_WELL ? { prefix } : { reason: described(output, ending) }
}

const EXITED_WELL = 'Process exited with code 0'

/**
 * The options that allow writing: to the working directory and to temporary directories, except the protected paths. A
 * protected path that is gone by the time a command runs makes `bwrap` fail, so that the command does not run without it.
 */
function writable({
  cwd,
  codexHome,
  env,
}: BubblewrapOptions): { args: string[]; reason?: undefined } | { reason: string } {
  const temporary = ['/tmp', env.TMPDIR ?? ''].filter(path => isAbsolute(path) && path !== '/')
  const found = protectedPaths(cwd, codexHome, temporary)
  if (found.reason !== undefined) return found
  return {
    args: [
      ...temporary.flatMap(path => ['--bind-try', path, path]),
      ...found.around.flatMap(path => ['--ro-bind', path, path]),
      ...['--bind', cwd, cwd],
      ...found.inside.flatMap(path => ['--ro-bind', path, path]),
    ],
  }
}

/** Runs a trial; returns the reason when it fails. */
async function findFault(prefix: readonly string[], options: BubblewrapOptions): Promise<string | undefined> {
  const directory = mkdtempSync(join(tmpdir(), 'codex-demo-trial-'))
  try {
    const env = { ...options.env, TRIAL_DIRECTORY: directory }
    const { output, ending } = await run(TRIAL, prefix, { ...options, env })
    const word = output.trim()
    const hasWritten = readdirSync(directory).length > 0
    if (word === 'confined' && !hasWritten) return undefined
    return hasWritten || word === 'open' ? 'bwrap runs a command and does not confine it' : described(output, ending)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

async function run(
  command: string,
  prefix: readonly string[],
  { cwd, env, signal, timeLimitMs = TIME_LIMIT_MS }: BubblewrapOptions,
): Promise<{ output: string; ending: string }> {
  try {
    return await runCommand({ command, prefix, cwd, env, signal, timeLimitMs })
  } catch (error) {
    signal.throwIfAborted()
    return { output: (error as Error).message, ending: '' }
  } finally {
    signal.throwIfAborted()
  }
}

function described(output: string, ending: string): string {
  const lastLine = output.trim().split('\n').at(-1) ?? ''
  return `bwrap does not work here: ${lastLine === '' ? ending : lastLine.slice(0, 200)}`
}
