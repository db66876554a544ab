import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PATH_WITHOUT_SANDBOX } from '@codex/test-kit/path-without-sandbox'

const CLI = fileURLToPath(new URL('../src/cli.ts', import.meta.url))
/** The script(1) of util-linux, which makes a pseudo-terminal; its options differ on other systems. */
const SCRIPT = '/usr/bin/script'

export const hasPseudoTerminal: boolean = existsSync(SCRIPT) && process.platform === 'linux'

/** The demo in a pseudo-terminal. */
export interface TerminalSession {
  /** The directory of the agent's files, and the working directory. */
  home: string
  type(keys: string): void
  /** Waits until the screen shows a text after the texts of earlier waits. */
  shows(text: string): Promise<void>
  /** All that was written to the terminal. */
  screen(): string
  /** Sends a signal to the demo. */
  signal(name: NodeJS.Signals): void
  /** Closes the terminal, and waits for the end of the demo. */
  closeTerminal(): Promise<void>
  /** Resolves to the exit code. */
  end: Promise<number | null>
}

export interface TerminalOptions {
  /** Where the agent finds the model. */
  baseUrl: string
  args?: string[]
  /** Default: a new directory. */
  home?: string
  columns?: number
  env?: Record<string, string>
  /** More lines of `config.toml`, before its tables. */
  config?: string
  /** The shell that runs the command of the demo. Default: none, so that Ctrl-C ends the demo alone. */
  shell?: (command: string) => string
}

const children = new Set<ChildProcess>()
const homes = new Set<string>()

/** A new directory, which `closeTerminals` removes. */
export function newHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'terminal-'))
  homes.add(home)
  return home
}

/** Ends what `openTerminal` started. */
export function closeTerminals(): void {
  for (const child of children) child.kill('SIGKILL')
  for (const home of homes) rmSync(home, { recursive: true, force: true })
  children.clear()
  homes.clear()
}

export function openTerminal(options: TerminalOptions): TerminalSession {
  const { home = newHome(), baseUrl, args = [], columns = 80, config = '' } = options
  writeFileSync(
    join(home, 'config.toml'),
    `${config}model_provider = "fake"\n[model_providers.fake]\nbase_url = "${baseUrl}"\n`,
  )
  const { shell = (command: string) => `exec ${command}` } = options
  const command = shell([process.execPath, CLI, ...args].map(word => `'${word}'`).join(' '))
  const child = spawn(SCRIPT, ['-qec', `stty cols ${columns}; ${command}`, '/dev/null'], {
    cwd: home,
    env: { PATH: PATH_WITHOUT_SANDBOX, HOME: home, CODEX_HOME: home, TERM: 'xterm', ...options.env },
  })
  children.add(child)
  let screen = ''
  let read = 0
  child.stdout?.on('data', chunk => {
    screen += chunk
  })
  const shows = async (text: string): Promise<void> => {
    for (let i = 0; i < 1000; i++) {
      const at = screen.indexOf(text, read)
      if (at >= 0) {
        read = at + text.length
        return
      }
      await new Promise(resolve => setTimeout(resolve, 10))
    }
    throw new Error(`${JSON.stringify(text)} did not appear; the screen shows:\n${screen.slice(read)}`)
  }
  return {
    home,
    type: keys => void child.stdin?.write(keys),
    shows,
    screen: () => screen,
    signal: name => void process.kill(pidOfDemo(child), name),
    async closeTerminal() {
      const pid = pidOfDemo(child)
      child.kill('SIGKILL')
      for (let i = 0; existsSync(`/proc/${pid}`); i++) {
        if (i === 1000) throw new Error('the demo goes on without its terminal')
        await new Promise(resolve => setTimeout(resolve, 10))
      }
    },
    end: new Promise(resolve => child.on('close', resolve)),
  }
}

const pidOfDemo = ({ pid }: ChildProcess): number => Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8'))
