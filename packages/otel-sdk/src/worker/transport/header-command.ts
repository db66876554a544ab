import type { ExecFileException } from 'node:child_process'
import { homedir } from 'node:os'
import { basename } from 'node:path'

const TIMEOUT_MS = 10_000
const MAX_OUTPUT_BYTES = 64 * 1024

export interface HeaderCommandOptions {
  /** In milliseconds. Default: 10,000. */
  timeoutMs?: number | undefined
  /** How messages name the program. Default: its own name. */
  shown?: string | undefined
  /** Gives all that the program prints, and not its first line alone. */
  whole?: boolean | undefined
  /** Ends the program: nobody waits for it any more. */
  signal?: AbortSignal | undefined
}

/**
 * Runs a token helper and gives the first line that it prints. It runs in the home directory and not in the working
 * directory, which may be a stranger's repository, and without the `OTEL_*` variables of this process.
 *
 * @throws Error whose message names the program and says what happened; never its arguments or what it printed.
 */
export function runHeaderCommand(
  command: readonly string[],
  { timeoutMs = TIMEOUT_MS, shown, signal, whole = false }: HeaderCommandOptions = {},
): Promise<string> {
  const [program = '', ...args] = command
  const name = shown ?? basename(program)
  const env = Object.fromEntries(Object.entries(process.env).filter(([key]) => !key.startsWith('OTEL_')))
  const options = {
    cwd: homedir(),
    env,
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    maxBuffer: MAX_OUTPUT_BYTES,
    windowsHide: true,
    ...(signal === undefined ? {} : { signal }),
  } as const
  // Loaded for those who need it.
  const { execFile } = process.getBuiltinModule('node:child_process')
  return new Promise((resolve, reject) => {
    const child = execFile(program, args, options, (error, stdout, stderr) => {
      const text = stdout.trim()
      const line = whole ? text : (text.split(/[\r\n]/, 1)[0]?.trim() ?? '')
      if (error !== null) reject(new Error(`${name} ${describeFailure(error, timeoutMs)}${describeStderr(stderr)}`))
      else if (line === '') reject(new Error(`${name} printed nothing${describeStderr(stderr)}`))
      else resolve(line)
    })
    // A helper that asks a question must not wait for an answer that never comes.
    child.stdin?.on('error', () => {})
    child.stdin?.end()
  })
}

function describeFailure(error: ExecFileException, timeoutMs: number): string {
  const code: unknown = error.code
  if (code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return `printed more than ${MAX_OUTPUT_BYTES} bytes`
  if (code === 'ENOENT') return 'was not found'
  if (typeof code === 'string') return `could not be started (${code})`
  if (error.killed === true) return `did not finish within ${timeoutMs} ms`
  return typeof code === 'number' ? `ended with exit code ${code}` : `was ended by ${error.signal ?? 'a signal'}`
}

/** Token helpers print secrets into their errors too, so no word of it is shown. */
function describeStderr(stderr: string): string {
  return stderr.trim() === '' ? '' : '; run it by hand to see what it says on stderr'
}
