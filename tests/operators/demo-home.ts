import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Finished, runNode } from '@codex/test-kit/run-node'
import { afterEach } from 'vitest'
import { entryOf, type Variant } from '../build-switch/bundle.ts'

/** A machine of an operator's, as far as the built demo can tell. */
export interface DemoHome {
  /** `CODEX_HOME`. */
  readonly directory: string
  readonly configFile: string
  /** Writes `config.toml`. */
  configure(text: string): void
  /** Writes a file beside `config.toml` and gives its path. */
  write(name: string, text: string, mode?: number): string
  run(
    args: readonly string[],
    options?: { env?: Readonly<Record<string, string>>; variant?: Variant; stdin?: string },
  ): Promise<Finished>
}

const directories: string[] = []
afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true })
})

/** Enough for a slow machine; most of it is never waited for. */
export const PATIENT = 'shutdown_timeout_ms = 10000'

export function createDemoHome(): DemoHome {
  const directory = mkdtempSync(join(tmpdir(), 'codex-operators-'))
  directories.push(directory)
  const work = join(directory, 'work')
  mkdirSync(join(work, '.git'), { recursive: true })
  const write = (name: string, text: string, mode = 0o600): string => {
    const path = join(directory, name)
    writeFileSync(path, text)
    chmodSync(path, mode)
    return path
  }
  return {
    directory,
    configFile: join(directory, 'config.toml'),
    configure: text => write('config.toml', text),
    write,
    run: (args, { env = {}, variant = 'otel', stdin = '' } = {}) =>
      runNode([entryOf(variant), ...args], {
        cwd: work,
        env: { CODEX_HOME: directory, HOME: directory, TERM: 'dumb', ...env },
        stdin,
      }),
  }
}
