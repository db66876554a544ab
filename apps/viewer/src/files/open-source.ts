import { constants, createReadStream, fstatSync, openSync, type Stats } from 'node:fs'
import { Socket } from 'node:net'
import type { Readable } from 'node:stream'
import { isatty, ReadStream } from 'node:tty'

const PIECE_BYTES = 1024 * 1024

/**
 * The bytes of a file, or `-` for standard input. What waits for a writer, as a named pipe and a terminal do, is waited for without
 * a thread: one that is in the middle of a call to the system keeps the process from its end.
 * @throws Error of the file system
 */
export function openSource(path: string, isRegular: boolean): Readable {
  if (path === '-') return process.stdin
  if (isRegular) return createReadStream(path, { highWaterMark: PIECE_BYTES })
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY)
  if (isatty(fd)) return new ReadStream(fd)
  const stats: Stats = fstatSync(fd)
  if (stats.isFIFO()) return new Socket({ fd, readable: true, writable: false })
  return createReadStream(path, { fd, highWaterMark: PIECE_BYTES })
}
