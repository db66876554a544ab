import { spawn } from 'node:child_process'
import {
  chmodSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { installEnvironment } from '@codex/test-kit/install-environment'
import { ROOT } from '@codex/test-kit/run-node'

/** One thing that a page tells its reader to do. */
export type Step = { kind: 'write'; file: string; text: string } | { kind: 'run'; commands: string }

export interface Done {
  commands: string
  code: number | null
  stdout: string
  stderr: string
}

const BLOCK = /^(?:`([\w.]+)`:\n\n)?```(\w+)\n(.*?)^```$/gms

/** The blocks of code of a text, in their order: a file where its name stands above it, else commands for a shell. */
export function readSteps(markdown: string): Step[] {
  return [...markdown.matchAll(BLOCK)].map(([block, file, language, text = '']) => {
    if (file !== undefined) return { kind: 'write', file, text }
    if (language !== 'sh') throw new Error(`nothing says what to do with ${block}`)
    return { kind: 'run', commands: text }
  })
}

/**
 * Somebody in an empty folder beside a checkout in `codex-otel`, with an empty home, who does step after step in one shell:
 * its folder and its variables go on from one block of commands to the next.
 */
export class Follower {
  readonly #directory = mkdtempSync(join(realpathSync(tmpdir()), 'codex-otel-follower-'))
  readonly #groups: number[] = []
  readonly #env: Record<string, string>
  readonly #typed: string

  /** `typed` is what the reader types in each block; `env` is in the environment from the beginning. */
  constructor({ typed, env }: { typed: string; env: Readonly<Record<string, string>> }) {
    this.#typed = typed
    const [home, bin] = ['home', 'bin', 'work'].map(name => this.#path(name)) as [string, string]
    for (const folder of [home, bin, this.#path('work')]) mkdirSync(folder)
    symlinkSync(ROOT, this.#path('work/codex-otel'))
    writeFileSync(join(bin, 'pnpm'), `#!/bin/sh\nexec "${join(ROOT, 'node_modules/.bin/pnpm')}" "$@"\n`)
    chmodSync(join(bin, 'pnpm'), 0o755)
    const installs = installEnvironment(home)
    this.#env = { ...installs, ...env, PATH: `${bin}:${installs.PATH}` }
    writeFileSync(this.#path('state'), `cd '${this.#path('work')}'\n`)
  }

  async do(step: Step): Promise<Done | undefined> {
    if (step.kind === 'run') return this.run(step.commands)
    writeFileSync(join(this.#folder(), step.file), step.text)
    return undefined
  }

  /** Rejects when one of the commands fails. What they leave running in the background goes on. */
  async run(commands: string): Promise<Done> {
    const state = this.#path('state')
    const number = this.#groups.length
    const [script, stdout, stderr] = ['sh', 'out', 'err'].map(kind => this.#path(`${number}.${kind}`)) as [
      string,
      string,
      string,
    ]
    writeFileSync(script, `set -e\n. '${state}'\n${commands}\n{ export -p; echo "cd '$PWD'"; } > '${state}'\n`)
    const [out, err] = [openSync(stdout, 'w'), openSync(stderr, 'w')]
    const child = spawn('/bin/sh', [script], { env: this.#env, stdio: ['pipe', out, err], detached: true })
    this.#groups.push(child.pid as number)
    child.stdin?.on('error', () => {})
    child.stdin?.end(this.#typed)
    const code = await new Promise<number | null>((resolve, reject) => child.on('exit', resolve).on('error', reject))
    for (const file of [out, err]) closeSync(file)
    const done = { commands, code, stdout: readFileSync(stdout, 'utf8'), stderr: readFileSync(stderr, 'utf8') }
    if (code !== 0) throw new Error(`${commands}\nended with ${code}:\n${done.stdout}\n${done.stderr}`)
    return done
  }

  /** Ends what runs in the background. */
  remove(): void {
    for (const group of this.#groups) {
      try {
        process.kill(-group, 'SIGKILL')
      } catch {
        // Nothing of that group runs any more.
      }
    }
    rmSync(this.#directory, { recursive: true })
  }

  #folder(): string {
    return /^cd '(.*)'$/m.exec(readFileSync(this.#path('state'), 'utf8'))?.[1] ?? this.#directory
  }

  #path(name: string): string {
    return join(this.#directory, name)
  }
}
