import { chmodSync, existsSync, lstatSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'

/** A directory that others can reach is no place for prompts and tool output. */
export class UnsafeDirectoryError extends Error {
  override readonly name = 'UnsafeDirectoryError'
  readonly code = 'unsafe-directory'
}

/**
 * Makes `path`, and what is missing above it, directories that only this user can reach, mode 0700, or throws:
 * `UnsafeDirectoryError` when `path` is something else, a link, or another user's; else what the file system throws.
 */
export function ensurePrivateDirectory(path: string): void {
  let stat = lstatSync(path, { throwIfNoEntry: false })
  if (stat === undefined) {
    makeDirectories(path)
    // Another process may have been faster.
    stat = lstatSync(path)
  }
  if (stat.isSymbolicLink()) throw new UnsafeDirectoryError(`${path} is a symbolic link; replace it by a directory`)
  if (!stat.isDirectory()) throw new UnsafeDirectoryError(`${path} is not a directory; move it away`)
  const uid = process.getuid?.()
  if (uid === undefined) return
  if (stat.uid !== uid) throw new UnsafeDirectoryError(`${path} belongs to another user; remove it or change its owner`)
  // Also after mkdir: the umask may have taken bits away that we need.
  if ((stat.mode & 0o777) !== 0o700) chmodSync(path, 0o700)
}

/**
 * One by one: Node's `recursive` never returns where a file system refuses to make a directory below one that is there,
 * and a thread that hangs in it cannot be ended.
 */
function makeDirectories(path: string): void {
  const missing: string[] = []
  for (let current = path; !existsSync(current) && dirname(current) !== current; current = dirname(current)) {
    missing.push(current)
  }
  for (const directory of missing.reverse()) {
    try {
      mkdirSync(directory, { mode: 0o700 })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}
