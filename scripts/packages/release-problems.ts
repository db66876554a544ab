import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { versionsInSource } from './next-version.ts'
import { publicPackages, ROOT, readManifest } from './public-packages.ts'

/** What stands in the way of a release before anything is built, each with what to do. Empty when nothing does. */
export function releaseProblems(root: string = ROOT): string[] {
  return [...treeProblems(root), ...addressProblems(root), ...versionProblems(root)]
}

function treeProblems(root: string): string[] {
  const changed = execFileSync('git', ['status', '--porcelain'], { cwd: root, encoding: 'utf8' }).trimEnd()
  return changed === '' ? [] : [`The work tree has changes; commit or remove them:\n${changed}`]
}

/** The address of the project is set once, in the package.json of the root; packing takes it into each package. */
function addressProblems(root: string): string[] {
  const { repository, homepage, bugs } = readManifest(root)
  const missing = [
    ...(repository?.url ? [] : ['repository.url=git+https://HOST/OWNER/NAME.git', 'repository.type=git']),
    ...(homepage ? [] : ['homepage=https://HOST/OWNER/NAME#readme']),
    ...(bugs?.url ? [] : ['bugs.url=https://HOST/OWNER/NAME/issues']),
  ]
  if (missing.length === 0) return []
  return [
    `package.json does not say where the project is, which each package and its provenance name. Set it, with the address in place of HOST/OWNER/NAME:\n  npm pkg set ${missing.map(setting => `"${setting}"`).join(' ')}`,
  ]
}

function versionProblems(root: string): string[] {
  const pending = readdirSync(join(root, '.changeset')).filter(name => name.endsWith('.md') && name !== 'README.md')
  if (pending.length > 0) {
    const notes = pending.map(name => `.changeset/${name}`).join(', ')
    return [`There are changes without a version (${notes}). Give them one, and commit: npm run release:version`]
  }
  const packages = publicPackages(root)
  const versions = new Set(packages.map(({ manifest }) => manifest.version))
  if (versions.size !== 1) {
    const list = packages.map(({ manifest }) => `${manifest.name} ${manifest.version}`).join(', ')
    return [`The published packages have one version together, and now: ${list}. Set them to the same.`]
  }
  const [version = ''] = versions
  return [
    ...[...versionsInSource(root)]
      .filter(([, inSource]) => inSource !== version)
      .map(([file, inSource]) => `${file} says ${inSource}, and package.json ${version}.`),
    ...packages
      .filter(({ directory }) => !hasNotes(directory, version))
      .map(
        ({ manifest }) =>
          `The CHANGELOG.md of ${manifest.name} has no heading "## ${version}". Run: npm run release:version`,
      ),
  ]
}

function hasNotes(directory: string, version: string): boolean {
  const file = join(directory, 'CHANGELOG.md')
  return existsSync(file) && readFileSync(file, 'utf8').split('\n').includes(`## ${version}`)
}
