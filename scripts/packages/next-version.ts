import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT, readManifest } from './public-packages.ts'

const SDK = 'packages/otel-sdk'
const VERSION_LINE = /^(export const VERSION: string = ')[^']*(')$/m

/** The file that says the version of the SDK in what it sends. */
const versionFile = (root: string): string => join(root, SDK, 'src/version.ts')

/** The version in that file, or undefined where it is not found. */
export const versionInSource = (root: string): string | undefined =>
  /^export const VERSION: string = '([^']*)'$/m.exec(readFileSync(versionFile(root), 'utf8'))?.[1]

/**
 * Takes the notes in `.changeset/` into the changelogs, raises the versions as they ask for, and lets the source of the
 * SDK follow. Returns the version of the SDK, which is that of all published packages.
 */
export function nextVersion(root: string = ROOT): string {
  execFileSync(join(ROOT, 'node_modules/.bin/changeset'), ['version'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const { version } = readManifest(join(root, SDK))
  const file = versionFile(root)
  writeFileSync(file, readFileSync(file, 'utf8').replace(VERSION_LINE, `$1${version}$2`))
  return version
}
