import { execFileSync } from 'node:child_process'
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { type PublicPackage, publicPackages, ROOT } from './public-packages.ts'

const VERSION_IN_SOURCE = /(?<=^export const VERSION: string = ')[^']*(?='$)/m
/** A line of a package.json. */
const OWN_DEPENDENCY = /("@codex\/[\w-]+": ")[^"]*(")/g

/** The files in which the source of a published package says its version, for what it sends and prints. */
const versionFiles = (root: string): string[] =>
  publicPackages(root)
    .map(({ directory }) => join(directory, 'src/version.ts'))
    .filter(file => existsSync(file))

/** The versions in those files, by the path of the file; undefined where it is not found. */
export const versionsInSource = (root: string): Map<string, string | undefined> =>
  new Map(
    versionFiles(root).map(file => [relative(root, file), VERSION_IN_SOURCE.exec(readFileSync(file, 'utf8'))?.[0]]),
  )

/**
 * Takes the notes in `.changeset/` into the changelogs, raises the versions as they ask for, and lets the sources that say
 * it and the examples, which are outside of the workspace, follow. Returns the version, which is that of all published
 * packages.
 */
export function nextVersion(root: string = ROOT): string {
  execFileSync(join(ROOT, 'node_modules/.bin/changeset'), ['version'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const [{ manifest }] = publicPackages(root) as [PublicPackage]
  const { version } = manifest
  for (const file of versionFiles(root)) {
    writeFileSync(file, readFileSync(file, 'utf8').replace(VERSION_IN_SOURCE, version))
  }
  for (const path of globSync('examples/*/package.json', { cwd: root })) {
    const example = join(root, path)
    writeFileSync(example, readFileSync(example, 'utf8').replace(OWN_DEPENDENCY, `$1^${version}$2`))
  }
  return version
}
