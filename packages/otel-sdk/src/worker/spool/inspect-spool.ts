import { basename } from 'node:path'
import type { SignalName } from '../../catalogue/signals.ts'
import { readDestinationFile } from './destination-folder.ts'
import { listDestinations, listSegments } from './list-segments.ts'
import { ownerLives } from './owner-liveness.ts'
import { readSegmentFile } from './read-segment-file.ts'
import { readSegment } from './segment-format.ts'

/** What waits in the spool for one destination. */
export interface SpooledDestination {
  /** Name of the folder. */
  id: string
  /** `undefined` when the folder does not say. */
  signal: SignalName | undefined
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
      const { timeMs, undelivered } = readSegment(readSegmentFile(path))
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
