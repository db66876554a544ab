import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Finished, ROOT, runNode } from '@codex/test-kit/run-node'
import { DEMO } from './bundle.ts'

/** The demo by itself, outside of this repository, with its dependencies installed as from a registry. */
export interface InstalledCopy {
  readonly directory: string
  /** Runs a script of its package.json. */
  runScript(name: string, env?: Readonly<Record<string, string>>): Promise<Finished>
  /** Runs its build as `tsup` alone does: with no flag but those in `env`. */
  build(env: Readonly<Record<string, string>>): Promise<Finished>
  remove(): void
}

export interface Manifest {
  dependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
  files?: string[]
}

/** Copies the demo; `without` names packages that are not installed, as optional ones may not be. */
export function installCopy({ without = [] }: { without?: readonly string[] } = {}): InstalledCopy {
  // The real path: modules must not be found in any directory above it.
  const directory = mkdtempSync(join(realpathSync(tmpdir()), 'codex-demo-copy-'))
  for (const name of ['src', 'package.json', 'tsup.config.ts']) {
    cpSync(join(DEMO, name), join(directory, name), { recursive: true })
  }
  const manifest = readManifest(DEMO)
  const names = Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies, tsup: '' })
  for (const name of names) if (!without.includes(name)) install(name, directory)
  const bin = join(directory, 'node_modules/.bin')
  mkdirSync(bin)
  const tsup = join(directory, 'node_modules/tsup/dist/cli-default.js')
  symlinkSync(tsup, join(bin, 'tsup'))
  return {
    directory,
    runScript: (name, env = {}) => runNode(['--run', name], { cwd: directory, env }),
    build: env => runNode([tsup], { cwd: directory, env }),
    remove: () => rmSync(directory, { recursive: true }),
  }
}

/** Packages of this repository are copied as they would be published; all others are linked. */
function install(name: string, directory: string): void {
  const source = realpathSync(join(DEMO, 'node_modules', name))
  const target = join(directory, 'node_modules', name)
  mkdirSync(dirname(target), { recursive: true })
  if (!source.startsWith(join(ROOT, 'packages'))) {
    symlinkSync(source, target)
    return
  }
  const files = ['package.json', ...(readManifest(source).files ?? [])]
  for (const file of files.filter(name => !name.startsWith('!'))) {
    cpSync(join(source, file), join(target, file), { recursive: true })
  }
  for (const left of files.filter(name => name.startsWith('!'))) rmSync(join(target, left.slice(1)), { force: true })
}

/** The package.json of a directory. */
export function readManifest(directory: string): Manifest {
  return JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'))
}
