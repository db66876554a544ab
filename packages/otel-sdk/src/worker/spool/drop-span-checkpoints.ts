import { basename } from 'node:path'
import { folderSignal } from './destination-folder.ts'
import { listDestinations, listSegments } from './list-segments.ts'
import { readOwnFile } from './open-own-file.ts'
import { Segment } from './segment.ts'
import { hasTakenMark, MAX_SEGMENT_BYTES, SEGMENT_HEADER_BYTES } from './segment-format.ts'

/**
 * Drops the checkpoints of spans that a worker of this process left when it crashed: the next worker goes on with what they
 * say. Those that it had taken over from other processes stay. To be called while the heartbeat file of `owner` still keeps
 * other processes from them. Throws.
 */
export function dropSpanCheckpoints(directory: string, owner: string): void {
  for (const folder of listDestinations(directory)) {
    if (folderSignal(basename(folder)) !== 'traces') continue
    for (const { owner: of, path } of listSegments(folder)) if (of === owner && !wasTaken(path)) dropIn(path)
  }
}

const wasTaken = (path: string): boolean => hasTakenMark(readOwnFile(path, MAX_SEGMENT_BYTES, SEGMENT_HEADER_BYTES))

function dropIn(path: string): void {
  const { checkpoints, segment } = Segment.open(path)
  segment.acknowledge(checkpoints)
  if (checkpoints.length > 0 && segment.empty) segment.remove()
  else segment.close()
}
