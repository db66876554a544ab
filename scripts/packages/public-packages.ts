import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The root of the repository, without a slash at its end. */
export const ROOT: string = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '')

export interface Manifest {
  name: string
  version: string
  private?: boolean
  repository?: { type?: string; url?: string; directory?: string }
  homepage?: string
  bugs?: { url?: string }
  /** By the name after the one of the package: a path, or paths by condition. */
  exports?: Record<string, unknown>
  dependencies?: Record<string, string>
  /** The programs by their names. */
  bin?: Record<string, string>
}

export interface PublicPackage {
  /** Its folder, as an absolute path. */
  readonly directory: string
  readonly manifest: Manifest
}

export const readManifest = (directory: string): Manifest =>
  JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'))

/** Where published packages may be: libraries and programs. */
const FOLDERS = ['packages', 'apps']

/** The packages that are published, by name: those below `packages/` and `apps/` that are not private. */
export function publicPackages(root: string = ROOT): PublicPackage[] {
  return FOLDERS.flatMap(folder => readdirSync(join(root, folder)).map(name => join(root, folder, name)))
    .map(directory => ({ directory, manifest: readManifest(directory) }))
    .filter(({ manifest }) => manifest.private !== true)
    .sort((a, b) => a.manifest.name.localeCompare(b.manifest.name))
}
