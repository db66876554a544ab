import { closeSync, constants, lstatSync, openSync, readSync } from 'node:fs'
import { heartbeatFile } from '../../protocol/heartbeat-file.ts'
import { hasEnded, isStopped } from './owner-process.ts'

/** A process that was silent for this long is taken for dead, wherever nothing better is known. */
export const STALE_AFTER_MS = 60_000
/** More than any process says of itself. */
const MAX_BYTES = 256

/**
 * Whether `owner` lives, as far as its file tells. `nowMs` is asked only if the answer depends on it.
 * A time in the future is none at which anybody said anything: the clock was wrong then, or is now.
 */
export function ownerLives(directory: string, owner: string, nowMs: () => number): boolean {
  const path = heartbeatFile(directory, owner)
  let mtimeMs: number
  try {
    const stat = lstatSync(path, { throwIfNoEntry: false })
    if (stat === undefined) return false
    mtimeMs = stat.mtimeMs
  } catch {
    return true
  }
  const description = readDescription(path)
  if (hasEnded(description)) return false
  return Math.abs(nowMs() - mtimeMs) < STALE_AFTER_MS || isStopped(description)
}

function readDescription(path: string): string {
  let fd: number | undefined
  try {
    fd = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0))
    const buffer = Buffer.allocUnsafe(MAX_BYTES)
    return buffer.toString('latin1', 0, readSync(fd, buffer, 0, MAX_BYTES, 0)).trim()
  } catch {
    return ''
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}
