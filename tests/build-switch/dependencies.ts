import { existsSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { readManifest } from './installed-copy.ts'

/** The packages that a package names as its dependencies. */
export function directDependencies(directory: string): string[] {
  return Object.keys(readManifest(directory).dependencies ?? {})
}

/** These packages, and what they depend on themselves. Optional dependencies are none of them. */
export function allDependencies(directory: string, found: Set<string> = new Set()): Set<string> {
  for (const name of directDependencies(directory)) {
    if (found.has(name)) continue
    found.add(name)
    allDependencies(installedAt(name, directory), found)
  }
  return found
}

function installedAt(name: string, from: string): string {
  const candidate = join(from, 'node_modules', name)
  if (existsSync(candidate)) return realpathSync(candidate)
  if (dirname(from) === from) throw new Error(`${name} is not installed`)
  return installedAt(name, dirname(from))
}
