import { closeSync, constants, fstatSync, lstatSync, openSync, readSync } from 'node:fs'
import { basename } from 'node:path'
import type { Signal } from '../transport/transport.ts'
import { readDestinationFile } from './destination-folder.ts'
import { listDestinations, listSegments } from './list-segments.ts'
import { ownerLives } from './owner-liveness.ts'
import { MAX_SEGMENT_BYTES } from './segment.ts'
import { readSegment } from './segment-format.ts'

/** What waits in the spool for one destination. */
export interface SpooledDestination {
  /** Name of the folder. */
  id: string
  /** `undefined` when the folder does not say. */
  signal: Signal | undefined
  /** Without credentials, query and fragment; `undefined` when the folder does not say. */
  endpoint: string | undefined
  /** As the file system stores them, what is delivered already but not yet removed included. */
  storedBytes: number
  requests: number
  /** Not delivered. */
  records: number
  /** Of these, those of processes that still run, as far as can be told: theirs to send. */
  ownedRecords: number
  /** When the oldest of them was written, in milliseconds since the epoch. */
  oldestMs: number | undefined
}

/**
 * What waits in the spool, destinations with nothing left out. Changes nothing; processes that run go on meanwhile, so
 * the numbers are of one moment. Throws what the file system throws, but not when there is no spool.
 */
export function inspectSpool({ directory }: { directory: string }): SpooledDestination[] {
  return listDestinations(directory).flatMap(folder => {
    // A link or a file of such a name is none of ours, and nothing is kept in it.
    if (!lstatSync(folder).isDirectory()) return []
    const { signal, endpoint } = readDestinationFile(folder) ?? { signal: undefined, endpoint: undefined }
    const found: SpooledDestination = {
      id: basename(folder),
      signal,
      endpoint,
      storedBytes: 0,
      requests: 0,
      records: 0,
      ownedRecords: 0,
      oldestMs: undefined,
    }
    for (const { path, owner, storedBytes } of listSegments(folder)) {
      found.storedBytes += storedBytes
      const { timeMs, undelivered } = readSegment(readFile(path))
      if (timeMs === undefined || undelivered.length === 0) continue
      const waiting = undelivered.reduce((sum, { records }) => sum + records, 0)
      found.requests += undelivered.length
      found.records += waiting
      // Looking must not write, so the time is this machine's and not the file system's.
      if (ownerLives(directory, owner, Date.now)) found.ownedRecords += waiting
      found.oldestMs = Math.min(found.oldestMs ?? timeMs, timeMs)
    }
    return found.requests > 0 ? [found] : []
  })
}

/** A segment's bytes; none when it is no file of ours or went away meanwhile. */
function readFile(path: string): Buffer {
  let fd: number | undefined
  try {
    fd = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0))
    const stat = fstatSync(fd)
    const file = Buffer.allocUnsafe(stat.isFile() && stat.size <= MAX_SEGMENT_BYTES ? stat.size : 0)
    return file.subarray(0, readSync(fd, file, 0, file.length, 0))
  } catch {
    return Buffer.alloc(0)
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}
