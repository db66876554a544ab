import { spawn } from 'node:child_process'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { terminalWidth } from '../src/cli/report-lines.ts'
import { createWordStream } from '../src/terminal/wrap.ts'

export type Variant = 'otel' | 'noop'

export interface Surroundings {
  /** The directory for `CODEX_HOME` and `HOME`. */
  home: string
  cwd: string
  env: Readonly<Record<string, string>>
}

export interface RunOptions extends Surroundings {
  /** Ends the run. */
  signal: AbortSignal
}

const folderOf = (variant: Variant): string => fileURLToPath(new URL(`../dist/${variant}`, import.meta.url))

/**
 * Runs one build of codex-demo and prints its output as it arrives.
 * @throws the reason of the signal, once the run has ended
 */
export function runBundle(
  variant: Variant,
  args: readonly string[],
  { home, cwd, env, signal }: RunOptions,
): Promise<{ exitCode: number | null; stdout: string }> {
  const child = spawn(process.execPath, [join(folderOf(variant), 'cli.js'), ...args], {
    cwd,
    env: { PATH: process.env.PATH, TERM: process.env.TERM ?? 'dumb', HOME: home, CODEX_HOME: home, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const shown = createWordStream(text => void process.stdout.write(text), terminalWidth())
  let stdout = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
    shown.write(text)
  })
  const stop = (): void => void child.kill('SIGTERM')
  if (signal.aborted) stop()
  signal.addEventListener('abort', stop, { once: true })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', exitCode => {
      signal.removeEventListener('abort', stop)
      shown.end()
      if (signal.aborted) reject(signal.reason)
      else resolve({ exitCode, stdout })
    })
  })
}

/** The files that only a run with MCP servers or over a WebSocket loads. They are the same in both builds. */
const LATER_FILES = ['mcp-connection.js', 'websocket-connection.js']

/** The size of the files of a build that every run loads, in bytes. */
export async function bundleSize(variant: Variant): Promise<number> {
  const folder = folderOf(variant)
  const scripts = (await readdir(folder)).filter(name => name.endsWith('.js') && !LATER_FILES.includes(name))
  const sizes = await Promise.all(scripts.map(async name => (await stat(join(folder, name))).size))
  return sizes.reduce((sum, size) => sum + size, 0)
}
