import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Receiver } from '@codex/otlp-receiver'
import { installEnvironment } from '@codex/test-kit/install-environment'
import { ROOT } from '@codex/test-kit/run-node'
import { collectText, startProcess } from '@codex/test-kit/run-process'

export interface Ran {
  code: number | null
  stdout: string
  stderr: string
}

/** An example by itself, outside of this repository, with its dependencies installed by npm, and a home that was empty. */
export interface InstalledExample {
  readonly directory: string
  /** Writes the `config.toml` that the example reads. */
  configure(receiver: Receiver): void
  /** Runs a program in the example's folder. `stdin` is what its user types. */
  run(command: readonly string[], options?: { env?: Readonly<Record<string, string>>; stdin?: string }): Promise<Ran>
  remove(): void
}

const LIMIT_MS = 90_000

export async function installExample(name: string, npmrc: string): Promise<InstalledExample> {
  const directory = mkdtempSync(join(realpathSync(tmpdir()), `codex-otel-${name}-`))
  const home = mkdtempSync(join(realpathSync(tmpdir()), 'codex-otel-home-'))
  cpSync(join(ROOT, 'examples', name), directory, {
    recursive: true,
    filter: path => !/\/(node_modules|dist)$/.test(path),
  })
  writeFileSync(join(directory, '.npmrc'), npmrc)
  const example: InstalledExample = {
    directory,
    configure(receiver) {
      const folder = join(home, name === 'minimal' ? '.my-agent' : `.my-${name}-agent`)
      mkdirSync(folder, { recursive: true })
      const http = (endpoint: string): string => `{ otlp-http = { endpoint = "${endpoint}" } }`
      writeFileSync(
        join(folder, 'config.toml'),
        `[otel]\nshutdown_timeout_ms = 20000\nexporter = ${http(receiver.logsUrl)}\nmetrics_exporter = ${http(receiver.metricsUrl)}\n`,
      )
    },
    async run(command, { env = {}, stdin = '' } = {}) {
      const { child, ended } = startProcess(command, {
        cwd: directory,
        env: { ...installEnvironment(home), ...env },
        stdio: 'pipe',
        limitMs: LIMIT_MS,
      })
      const [stdout, stderr] = [collectText(child.stdout), collectText(child.stderr)]
      child.stdin?.on('error', () => {})
      child.stdin?.end(stdin)
      const { code } = await ended
      return { code, stdout: stdout(), stderr: stderr() }
    },
    remove() {
      for (const folder of [directory, home]) rmSync(folder, { recursive: true, force: true })
    },
  }
  const installed = await example.run(['npm', 'install', '--no-audit', '--no-fund'])
  if (installed.code !== 0) {
    example.remove()
    throw new Error(`npm install ended with ${installed.code}: ${installed.stderr}`)
  }
  return example
}
