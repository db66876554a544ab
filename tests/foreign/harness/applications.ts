import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { packAll } from '../../../scripts/packages/pack-all.ts'
import { TOOLS } from './tools.ts'

const run = promisify(execFile)

/** What the authors of an application wrote. */
export const SOURCES: string = fileURLToPath(new URL('../application', import.meta.url))

export interface Applications {
  /** The folder of the application with both packages installed. */
  readonly otel: string
  /** Where `@codex/otel-sdk` is not installed at all. */
  readonly noop: string
}

/** Makes two folders with the application below `directory`, which install the packed tarballs as their authors would. */
export async function makeApplications(directory: string): Promise<Applications> {
  const tarballs = await packAll(join(directory, 'packed'))
  const fileOf = (name: string): string => {
    const tarball = tarballs.find(({ source }) => source.name === name)
    if (tarball === undefined) throw new Error(`there is no tarball of ${name}`)
    return tarball.file
  }
  // Found from both folders, and no other package of the repository is.
  symlinkSync(TOOLS, join(directory, 'node_modules'))
  const make = async (name: string, packages: readonly string[]): Promise<string> => {
    const folder = join(directory, name)
    mkdirSync(folder)
    cpSync(SOURCES, folder, { recursive: true })
    const options = ['--offline', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock']
    await run('npm', ['install', ...options, ...packages.map(fileOf)], { cwd: folder })
    return folder
  }
  return {
    otel: await make('otel', ['@codex/otel-api', '@codex/otel-sdk']),
    noop: await make('noop', ['@codex/otel-api']),
  }
}
