import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import { directoryRefusal } from '../../protocol/own-file.ts'
import { Heartbeat } from './heartbeat.ts'
import { type ListedSegment, listSegments } from './list-segments.ts'
import { readOwnFile } from './open-own-file.ts'
import { checkPrivateDirectory } from './private-directory.ts'
import { MAX_SEGMENT_BYTES, readSegment, SEGMENT_HEADER_BYTES } from './segment-format.ts'
import { SegmentOwnership } from './segment-ownership.ts'

export interface DiscardOptions {
  /** Of the spool: an absolute path. */
  directory: string
  /** Name of the destination's folder. */
  folder: string
  /** Only segments whose first request was written before, in milliseconds since the epoch. */
  beforeMs: number
}

/**
 * Deletes the segments of ended processes in a destination's folder; those of live ones, and entries that are no plain files
 * of this user, stay. A segment is this process's own before it is deleted, so that no other process sends it meanwhile.
 * Returns the undelivered records that were in them. Throws what the file system throws.
 */
export function discardAbandoned({ directory, folder, beforeMs }: DiscardOptions): number {
  checkPrivateDirectory(directory)
  const path = join(directory, folder)
  const stat = lstatSync(path, { throwIfNoEntry: false })
  if (stat === undefined || directoryRefusal(stat) !== undefined) return 0
  const heartbeat = new Heartbeat(directory, { onOwnershipLost() {}, onInterval() {} })
  const ownership = new SegmentOwnership(heartbeat, () => {})
  heartbeat.start()
  try {
    let records = 0
    for (const listed of ownership.abandoned(listSegments(path))) {
      if (timeOf(listed) >= beforeMs) continue
      const taken = ownership.takeOver(listed)
      if (taken === undefined || taken === 'unreadable') continue
      records += taken.segment.undelivered.reduce((sum, request) => sum + request.records, 0)
      taken.segment.remove()
    }
    return records
  } finally {
    heartbeat.stop()
  }
}

/** When the first request was written; the name, where the file does not say, holds when the file was made. */
function timeOf({ path, createdMs }: ListedSegment): number {
  return readSegment(readOwnFile(path, MAX_SEGMENT_BYTES, SEGMENT_HEADER_BYTES)).timeMs ?? createdMs
}
