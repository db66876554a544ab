import { lstatSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Makes a directory and its missing parents, mode 0700, one by one: Node's `recursive` never returns where a file system
 * refuses to make a directory below an existing one with ENOENT, as `/proc` does.
 * @throws the error of the first directory that cannot be made.
 */
export function makeDirectories(path: string): void {
  const missing: string[] = []
  for (let current = path; isMissing(current) && dirname(current) !== current; current = dirname(current)) {
    missing.push(current)
  }
  for (const directory of missing.reverse()) {
    try {
      mkdirSync(directory, { mode: 0o700 })
    } catch (error) {
      // Another process may have made it first.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}

/** A link whose target is missing counts as an entry: it cannot be replaced by a directory. */
function isMissing(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) === undefined
  } catch {
    // ENOTDIR, EACCES and the like: to make it fails with the same error, which is the one to report.
    return true
  }
}
