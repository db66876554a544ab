import { type ChildProcessByStdio, spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import { absoluteSearchPath, resolveProgram } from '@codex/otel-api/resolve-program'
import { parseJsonObject } from './auth-file-content.ts'
import {
  type ExternalTokenRequest,
  type ExternalTokenSource,
  type ExternalTokens,
  ExternalTokensError,
} from './external-tokens.ts'

export interface ExternalCommandOptions {
  /** Limit of one run, in milliseconds. Default: 10,000. */
  readonly timeoutMs?: number | undefined
  /** Default: `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
  /** Default: the working directory of this process. */
  readonly cwd?: string | undefined
}

const windows = process.platform === 'win32'
const maxOutputBytes = 262_144
/** How long the output may take to arrive after the program has ended, in milliseconds. */
const drainMs = 200

/**
 * A source that runs a program: by the shell when `command` is one text, directly when it is a list. The program prints a
 * JSON object on stdout and exits with 0: `access_token`, and optionally `id_token` and `account_id`. The keys may stand
 * inside `tokens`, so that a program can print an `auth.json`. The variable `CODEX_EXTERNAL_AUTH_REASON` of the program is
 * `initial` or `unauthorized`. The program has no stdin, and its stderr is not shown. When it ends, and past a limit, what
 * is left of its process group is killed.
 *
 * The first entry of a list is an absolute path, or a name that is looked up once in the absolute entries of PATH. The PATH
 * of the program or the shell has no relative entries either: the working directory may be a repository that the user does
 * not trust.
 */
export function externalTokensFromCommand(
  command: string | readonly string[],
  options: ExternalCommandOptions = {},
): ExternalTokenSource {
  const { timeoutMs = 10_000, env = process.env, cwd } = options
  let program: string | undefined
  return async ({ reason, signal }) => {
    const childEnv = { ...withAbsoluteSearchPath(env), CODEX_EXTERNAL_AUTH_REASON: reason }
    const options = { timeoutMs, cwd, signal, env: childEnv }
    if (typeof command === 'string') return tokensFrom(await run(command, options))
    const [named = '', ...args] = command
    program ??= resolveProgram(named, env.PATH)
    if (program === undefined) throw new ExternalTokensError('could not be started: ENOENT')
    return tokensFrom(await run([program, ...args], options))
  }
}

function withAbsoluteSearchPath(env: Readonly<Record<string, string | undefined>>): NodeJS.ProcessEnv {
  const pathKey = Object.keys(env).find(key => (windows ? key.toUpperCase() : key) === 'PATH')
  const changed = pathKey === undefined ? env : { ...env, [pathKey]: absoluteSearchPath(env[pathKey]) }
  // Without this variable, Windows searches the working directory first.
  return windows ? { ...changed, NoDefaultCurrentDirectoryInExePath: '1' } : changed
}

function tokensFrom(output: string): ExternalTokens {
  const json = parseJsonObject(output)
  if (json === undefined) throw new ExternalTokensError('printed something else than a JSON object')
  const tokens = typeof json.tokens === 'object' && json.tokens !== null ? json.tokens : json
  const { access_token: accessToken, id_token: idToken, account_id: accountId } = tokens as Record<string, unknown>
  if (typeof accessToken !== 'string') throw new ExternalTokensError('printed a JSON object without access_token')
  return {
    accessToken,
    idToken: typeof idToken === 'string' ? idToken : undefined,
    accountId: typeof accountId === 'string' ? accountId : undefined,
  }
}

interface RunOptions {
  timeoutMs: number
  env: NodeJS.ProcessEnv
  cwd: string | undefined
  signal: ExternalTokenRequest['signal']
}

async function run(command: string | readonly string[], options: RunOptions): Promise<string> {
  try {
    return await outputOf(start(command, options), options)
  } catch (error) {
    if (error instanceof ExternalTokensError) throw error
    const code = error instanceof Error && 'code' in error ? error.code : 'unknown error'
    throw new ExternalTokensError(`could not be started: ${code}`)
  }
}

type Child = ChildProcessByStdio<null, Readable, null>

function start(command: string | readonly string[], { cwd, env }: RunOptions): Child {
  const [file = '', ...args] = typeof command === 'string' ? [command] : command
  return spawn(file, args, {
    cwd,
    env,
    shell: typeof command === 'string',
    // In a process group of its own, so that the processes that the shell starts can be ended with it.
    detached: !windows,
    windowsHide: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
}

function killGroup(child: Child): void {
  try {
    if (child.pid !== undefined && !windows) process.kill(-child.pid, 'SIGKILL')
    else child.kill('SIGKILL')
  } catch {
    // The group has no process left.
  }
}

function outputOf(child: Child, { timeoutMs, signal }: RunOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0

    let draining: NodeJS.Timeout | undefined

    function release(): void {
      clearTimeout(timer)
      clearTimeout(draining)
      killGroup(child)
      child.stdout.destroy()
      signal.removeEventListener('abort', onAbort)
      process.removeListener('exit', onExit)
    }
    function fail(what: string): void {
      release()
      reject(new ExternalTokensError(what))
    }
    const onExit = (): void => killGroup(child)
    const onAbort = (): void => fail('was not waited for any longer')
    const timer = setTimeout(() => fail(`did not end within ${timeoutMs} ms`), timeoutMs)
    signal.addEventListener('abort', onAbort, { once: true })
    process.once('exit', onExit)
    child.stdout.on('data', (chunk: Buffer) => {
      length += chunk.length
      chunks.push(chunk)
      if (length > maxOutputBytes) fail(`printed more than ${maxOutputBytes / 1024} KiB`)
    })
    child.on('error', error => {
      release()
      reject(error)
    })
    const onEnd = (code: number | null, killedBy: NodeJS.Signals | null): void => {
      release()
      if (code === 0) resolve(Buffer.concat(chunks).toString('utf8'))
      else reject(new ExternalTokensError(`ended with ${killedBy ?? `exit code ${code}`}; run it by hand to see why`))
    }
    child.once('close', onEnd)
    child.once('exit', (code, killedBy) => {
      // The answer is complete: the time-out is over, and only what was printed has to arrive.
      clearTimeout(timer)
      killGroup(child)
      // A process that left the group may keep the stdout of the program open without a limit.
      draining = setTimeout(onEnd, drainMs, code, killedBy)
    })
  })
}
