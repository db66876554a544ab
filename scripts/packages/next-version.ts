import { execFileSync } from 'node:child_process'
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT, readManifest } from './public-packages.ts'

const SDK = 'packages/otel-sdk'
const VERSION_IN_SOURCE = /(?<=^export const VERSION: string = ')[^']*(?='$)/m
/** A line of a package.json. */
const OWN_DEPENDENCY = /("@codex\/[\w-]+": ")[^"]*(")/g

/** The file that says the version of the SDK in what it sends. */
const versionFile = (root: string): string => join(root, SDK, 'src/version.ts')

/** The version in that file, or undefined where it is not found. */
export const versionInSource = (root: string): string | undefined =>
  VERSION_IN_SOURCE.exec(readFileSync(versionFile(root), 'utf8'))?.[0]

/**
 * Takes the notes in `.changeset/` into the changelogs, raises the versions as they ask for, and lets the source of the
 * SDK and the examples, which are outside of the workspace, follow. Returns the version of the SDK, which is that of all
 * published packages.
 */
export function nextVersion(root: string = ROOT): string {
  execFileSync(join(ROOT, 'node_modules/.bin/changeset'), ['version'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const { version } = readManifest(join(root, SDK))
  const file = versionFile(root)
  writeFileSync(file, readFileSync(file, 'utf8').replace(VERSION_IN_SOURCE, version))
  for (const path of globSync('examples/*/package.json', { cwd: root })) {
    const example = join(root, path)
    writeFileSync(example, readFileSync(example, 'utf8').replace(OWN_DEPENDENCY, `$1^${version}$2`))
  }
  return version
}
