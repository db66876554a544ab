import { lstatSync } from 'node:fs'
import { heartbeatFile } from '../../protocol/heartbeat-file.ts'
import { fileRefusal } from '../../protocol/own-file.ts'
import { readOwnFile } from './open-own-file.ts'
import { hasEnded, isStopped } from './owner-process.ts'

/** A process that was silent for this long is taken for dead, wherever nothing better is known. */
export const STALE_AFTER_MS = 60_000
/** A process describes itself in less. */
const MAX_DESCRIPTION_BYTES = 256

/**
 * Whether `owner` lives, as far as its heartbeat file shows; an entry of that name that is no plain file of this user counts
 * as none. `nowMs` is called only if the answer depends on it. A time of modification in the future counts as a minute of
 * silence: the clock was wrong then, or is now.
 */
export function ownerLives(directory: string, owner: string, nowMs: () => number): boolean {
  const path = heartbeatFile(directory, owner)
  let mtimeMs: number
  try {
    const stat = lstatSync(path, { throwIfNoEntry: false })
    if (stat === undefined || fileRefusal(stat) !== undefined) return false
    mtimeMs = stat.mtimeMs
  } catch {
    return true
  }
  const description = readOwnFile(path, Number.POSITIVE_INFINITY, MAX_DESCRIPTION_BYTES).toString('latin1').trim()
  if (hasEnded(description)) return false
  return Math.abs(nowMs() - mtimeMs) < STALE_AFTER_MS || isStopped(description)
}
