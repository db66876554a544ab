import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { expect, onTestFinished } from 'vitest'
import { testFolder } from '../testing.fixture.ts'

/** The script(1) of util-linux, which makes a pseudo-terminal; its options differ on other systems. */
const SCRIPT = '/usr/bin/script'
const CLI = new URL('../cli.ts', import.meta.url).pathname

export const hasPseudoTerminal: boolean = process.platform === 'linux' && existsSync(SCRIPT)

export interface TerminalOptions {
  /** @default 80 */
  columns?: number
  /** What is behind the command, such as the redirection of a stream. */
  behind?: string
  /** Ctrl-C is typed when the screen has this text. */
  until?: string
}

/** Runs the program in a pseudo-terminal. @returns what its screen shows, and its exit code */
export async function runInTerminal(
  args: readonly string[],
  { columns = 80, behind = '', until }: TerminalOptions = {},
): Promise<{ screen: string; code: number | null }> {
  const words = [process.execPath, CLI, ...args].map(word => `'${word}'`).join(' ')
  const command = `stty cols ${columns}; exec ${words} ${behind}`
  const env = { ...process.env, CI: '', BROWSER: 'none' }
  const child = spawn(SCRIPT, ['-qec', command, '/dev/null'], { cwd: testFolder(), env })
  onTestFinished(() => void child.kill('SIGKILL'))
  let screen = ''
  child.stdout.on('data', text => {
    screen += text
  })
  const closed = once(child, 'close')
  if (until !== undefined) {
    await expect.poll(() => screen).toContain(until)
    child.stdin.write('\x03')
  }
  const [code] = (await closed) as [number | null]
  return { screen: screen.replaceAll('\r\n', '\n'), code }
}
