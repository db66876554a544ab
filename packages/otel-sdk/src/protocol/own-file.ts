import { lstatSync, type Stats, unlinkSync } from 'node:fs'
import type { SpoolRefusal } from '@codex/otel-api'

/** Why the spool does not use an entry as a file, from what `lstat` or `fstat` says; `undefined` when it does. */
export function fileRefusal(stat: Stats, maxBytes: number = Number.POSITIVE_INFINITY): SpoolRefusal | undefined {
  const kind = kindOf(stat)
  if (kind !== 'file') return kind
  if (isOtherUsers(stat)) return 'other-user'
  // The other name may be anywhere, and so may be the program that relies on the content.
  if (stat.nlink > 1) return 'hard-link'
  return stat.size > maxBytes ? 'too-large' : undefined
}

/** Why the spool does not use an entry as a directory, from what `lstat` says; `undefined` when it does. */
export function directoryRefusal(stat: Stats): SpoolRefusal | undefined {
  const kind = kindOf(stat)
  if (kind !== 'directory') return kind
  return isOtherUsers(stat) ? 'other-user' : undefined
}

/**
 * Removes a plain file of this user, and nothing else: a link, a pipe or a directory of that name stays. With `inode`, which
 * the caller has from a file that it holds open, removes that file only. Throws what the file system throws, but not when
 * there is no such file.
 */
export function removeOwnFile(path: string, inode?: number): void {
  const stat = lstatSync(path, { throwIfNoEntry: false })
  if (stat === undefined || !stat.isFile()) return
  if (inode === undefined ? fileRefusal(stat) !== undefined : stat.ino !== inode) return
  try {
    unlinkSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

/** What an entry is. Never follows it, because `stat` is the entry's own. */
function kindOf(stat: Stats): SpoolRefusal {
  if (stat.isFile()) return 'file'
  if (stat.isDirectory()) return 'directory'
  if (stat.isSymbolicLink()) return 'symbolic-link'
  if (stat.isFIFO()) return 'named-pipe'
  return stat.isSocket() ? 'socket' : 'device'
}

/** Systems without user ids have no other users here. */
function isOtherUsers({ uid }: Stats): boolean {
  const own = process.getuid?.()
  return own !== undefined && uid !== own
}
