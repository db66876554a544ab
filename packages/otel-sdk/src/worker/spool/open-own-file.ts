import { chmodSync, closeSync, constants, fstatSync, lstatSync, openSync, readSync, type Stats } from 'node:fs'
import type { SpoolRefusal } from '@codex/otel-api'
import { fileRefusal } from '../../protocol/own-file.ts'

/** How `RefusedFileError` names what the spool found. */
export const REFUSAL_TEXTS: Readonly<Record<SpoolRefusal, string>> = {
  'symbolic-link': 'a symbolic link',
  directory: 'a directory',
  file: 'a file',
  'named-pipe': 'a named pipe',
  socket: 'a socket',
  device: 'a device',
  'other-user': "another user's",
  'hard-link': 'a file that has another name, too',
  'too-large': 'larger than any file of the spool',
}

/** The entry is no plain file of this user, or was replaced while it was opened. */
export class RefusedFileError extends Error {
  override readonly name = 'RefusedFileError'
  readonly code = 'refused-file'
}

/** A pipe without a writer would block the open, a link would lead it elsewhere. Windows has neither flag. */
const SAFE_FLAGS = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

/** What `open` says about an entry that became something else than a plain file after `lstat` looked at it. */
const REPLACED: ReadonlySet<string> = new Set(['ELOOP', 'EMLINK', 'ENXIO', 'EISDIR', 'ENODEV', 'EOPNOTSUPP'])

export interface OwnFile {
  fd: number
  /** Of the open file. */
  stat: Stats
}

/**
 * Opens a file of the spool, and nothing else, without waiting and without following a link. Looks at the entry before the
 * open, because the open of a device can do something to it, and at the open file after it, because the entry can have
 * been replaced in between. With `O_CREAT` the file may be missing; it is made with mode 0600.
 * @throws RefusedFileError, or what the file system throws
 */
export function openOwnFile(path: string, flags: number, maxBytes?: number): OwnFile {
  const mayMake = (flags & constants.O_CREAT) !== 0
  const before = lstatSync(path, { throwIfNoEntry: !mayMake }) as Stats | undefined
  if (before !== undefined) refuse(path, before, maxBytes)
  const fd = open(path, flags)
  try {
    const stat = fstatSync(fd)
    refuse(path, stat, maxBytes)
    // Where there is no `O_NOFOLLOW`, a link to a plain file passes for one.
    if (before !== undefined && (stat.ino !== before.ino || stat.dev !== before.dev)) throw replaced(path)
    return { fd, stat }
  } catch (error) {
    closeSync(fd)
    throw error
  }
}

/**
 * The first `readBytes` of a file of the spool, by default all of it; empty when the file is missing, refused, larger than
 * `maxBytes`, or cannot be read.
 */
export function readOwnFile(path: string, maxBytes: number, readBytes: number = maxBytes): Buffer {
  let fd: number | undefined
  try {
    const opened = openOwnFile(path, constants.O_RDONLY, maxBytes)
    fd = opened.fd
    const buffer = Buffer.allocUnsafe(Math.min(opened.stat.size, readBytes))
    return buffer.subarray(0, readSync(fd, buffer, 0, buffer.length, 0))
  } catch {
    return Buffer.alloc(0)
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}

function open(path: string, flags: number): number {
  try {
    return openSync(path, flags | SAFE_FLAGS, 0o600)
  } catch (error) {
    if (REPLACED.has((error as NodeJS.ErrnoException).code ?? '')) throw replaced(path)
    throw error
  }
}

function refuse(path: string, stat: Stats, maxBytes: number | undefined): void {
  const refusal = fileRefusal(stat, maxBytes)
  if (refusal !== undefined) throw new RefusedFileError(`${path} is ${REFUSAL_TEXTS[refusal]}; move it away`)
}

const replaced = (path: string): RefusedFileError => new RefusedFileError(`${path} was replaced while it was opened`)

/** Opens a file of another process to read and write it. A file of this user whose mode keeps the user out gets the right mode. */
export function openTakenFile(path: string, maxBytes: number): OwnFile {
  try {
    return openOwnFile(path, constants.O_RDWR, maxBytes)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error
    chmodSync(path, 0o600)
    return openOwnFile(path, constants.O_RDWR, maxBytes)
  }
}
