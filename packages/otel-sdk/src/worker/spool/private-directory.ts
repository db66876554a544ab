import { chmodSync, existsSync, lstatSync, mkdirSync, type Stats } from 'node:fs'
import { dirname } from 'node:path'
import { directoryRefusal } from '../../protocol/own-file.ts'
import { REFUSAL_TEXTS } from './open-own-file.ts'

/** The directory must not hold prompts and tool output: other users can reach it, or it is something else. */
export class UnsafeDirectoryError extends Error {
  override readonly name = 'UnsafeDirectoryError'
  readonly code = 'unsafe-directory'
  readonly path: string

  constructor(path: string, problem: string) {
    super(`${path} ${problem}`)
    this.path = path
  }
}

/**
 * Makes `path`, and its missing parents, directories that only this user can reach, mode 0700, or throws:
 * `UnsafeDirectoryError` when `path` is something else, a link, or another user's; else what the file system throws.
 */
export function ensurePrivateDirectory(path: string): void {
  let stat = lstatSync(path, { throwIfNoEntry: false })
  if (stat === undefined) {
    makePrivateDirectories(path)
    // Another process may have made it first.
    stat = lstatSync(path)
  }
  refuse(path, stat)
  if (process.getuid === undefined) return
  // Also after mkdir: the umask may have taken bits away that the owner needs.
  if ((stat.mode & 0o777) !== 0o700) chmodSync(path, 0o700)
}

/**
 * Throws `UnsafeDirectoryError` when `path` is there and is no directory of this user. Changes nothing, so a directory that
 * others can reach passes.
 */
export function checkPrivateDirectory(path: string): void {
  const stat = lstatSync(path, { throwIfNoEntry: false })
  if (stat !== undefined) refuse(path, stat)
}

function refuse(path: string, stat: Stats): void {
  const refusal = directoryRefusal(stat)
  if (refusal === undefined) return
  if (refusal === 'symbolic-link') throw new UnsafeDirectoryError(path, 'is a symbolic link; replace it by a directory')
  if (refusal === 'other-user')
    throw new UnsafeDirectoryError(path, 'belongs to another user; remove it or change its owner')
  throw new UnsafeDirectoryError(path, `is ${REFUSAL_TEXTS[refusal]} and not a directory; move it away`)
}

/**
 * Makes a directory and its missing parents, each for this user alone, and leaves those that are there as they are. One by one: Node's `recursive` never returns where a file system refuses to make a directory below
 * an existing one, and a thread that hangs in it cannot be ended.
 */
export function makePrivateDirectories(path: string): void {
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
