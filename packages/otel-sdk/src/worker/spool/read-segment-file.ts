import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { MAX_SEGMENT_BYTES } from './segment.ts'

/** The first bytes of a segment, or all; none when it is no file of ours or went away meanwhile. Changes nothing. */
export function readSegmentFile(path: string, maxBytes: number = MAX_SEGMENT_BYTES): Buffer {
  let fd: number | undefined
  try {
    fd = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0))
    const stat = fstatSync(fd)
    const ours = stat.isFile() && stat.size <= MAX_SEGMENT_BYTES
    const file = Buffer.allocUnsafe(ours ? Math.min(stat.size, maxBytes) : 0)
    return file.subarray(0, readSync(fd, file, 0, file.length, 0))
  } catch {
    return Buffer.alloc(0)
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}
