import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs'

/** The bits of a mode that let others reach a file. */
export const OF_OTHERS = 0o077

/**
 * Opens a plain file and no other kind, uses it, and closes it: it does not follow a link, and does not wait for a pipe. A
 * file that `flags` create is for this user alone. @throws Error with the reason why it cannot be opened.
 */
export function withPlainFile<T>(file: string, flags: number, use: (fd: number, found: Stats) => T): T {
  const fd = openSync(file, flags | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0), 0o600)
  try {
    const found = fstatSync(fd)
    if (!found.isFile()) throw new Error('it is no plain file')
    return use(fd, found)
  } finally {
    closeSync(fd)
  }
}

/** At most so many bytes of a file, from a position on. */
export function readAt(fd: number, position: number, length: number): Buffer {
  const buffer = Buffer.alloc(length)
  return buffer.subarray(0, readSync(fd, buffer, 0, length, position))
}
