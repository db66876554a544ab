import { basename } from 'node:path'
import type { SignalName } from '../../catalogue/signals.ts'
import { folderSignal, readDestinationFile } from './destination-folder.ts'
import { listDestinations, listSegments } from './list-segments.ts'
import { readOwnFile } from './open-own-file.ts'
import { ownerLives } from './owner-liveness.ts'
import { checkPrivateDirectory } from './private-directory.ts'
import { MAX_SEGMENT_BYTES, readSegment } from './segment-format.ts'

/** What waits in the spool for one destination. */
export interface SpooledDestination {
  /** Its name. */
  folder: string
  signal: SignalName | undefined
  /** Without credentials, query and fragment; `undefined` when `destination.json` does not say. */
  endpoint: string | undefined
  /** As the file system stores them, delivered requests that are not yet removed included. */
  storedBytes: number
  requests: number
  /** Not delivered. */
  records: number
  /** Of these, those of processes that still run, as far as this process knows: they send them. */
  ownedRecords: number
  /** When the oldest of them was written, in milliseconds since the epoch. */
  oldestMs: number | undefined
}

/**
 * What waits in the spool, destinations with nothing left out. Changes nothing; processes that run go on meanwhile, so
 * the numbers are of one moment. Not when there is no spool, but else throws what the file system throws, and
 * `UnsafeDirectoryError` when the spool is no directory of this user.
 */
export function inspectSpool({ directory }: { directory: string }): SpooledDestination[] {
  checkPrivateDirectory(directory)
  return listDestinations(directory).flatMap(folder => {
    const name = basename(folder)
    const found: SpooledDestination = {
      folder: name,
      signal: folderSignal(name),
      endpoint: readDestinationFile(folder)?.endpoint,
      storedBytes: 0,
      requests: 0,
      records: 0,
      ownedRecords: 0,
      oldestMs: undefined,
    }
    for (const { path, owner, storedBytes } of listSegments(folder)) {
      found.storedBytes += storedBytes
      const { timeMs, undelivered } = readSegment(readOwnFile(path, MAX_SEGMENT_BYTES))
      if (timeMs === undefined || undelivered.length === 0) continue
      // The file system's time needs a write, and `inspectSpool` writes nothing: the machine's time serves.
      const owned = ownerLives(directory, owner, Date.now)
      // A live process sends what its checkpoints say when it is time for that.
      const waiting = owned ? undelivered.filter(({ checkpoint }) => !checkpoint) : undelivered
      if (waiting.length === 0) continue
      const records = waiting.reduce((sum, request) => sum + request.records, 0)
      found.requests += waiting.length
      found.records += records
      if (owned) found.ownedRecords += records
      found.oldestMs = Math.min(found.oldestMs ?? timeMs, timeMs)
    }
    return found.requests > 0 ? [found] : []
  })
}
