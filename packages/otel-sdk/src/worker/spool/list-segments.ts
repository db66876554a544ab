import { lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { directoryRefusal, fileRefusal } from '../../protocol/own-file.ts'
import { folderSignal } from './destination-folder.ts'
import { MAX_SEGMENT_BYTES } from './segment-format.ts'
import { parseSegmentName, type SegmentName } from './segment-name.ts'

export interface ListedSegment extends SegmentName {
  path: string
  folder: string
  /** In bytes, as the file system stores them. */
  storedBytes: number
}

/** File systems store whole blocks. */
export const storedBytes = (size: number): number => Math.ceil(size / 4096) * 4096

/**
 * The segments in a destination's folder, oldest first; none when the folder is not there. An entry of a segment's name that
 * is no plain file of this user, has another name too or is larger than any segment, is left out.
 */
export function listSegments(folder: string): ListedSegment[] {
  const listed: ListedSegment[] = []
  for (const name of namesIn(folder)) {
    const parsed = parseSegmentName(name)
    if (parsed === undefined) continue
    const path = join(folder, name)
    // The owner may have delivered it, or another process taken it over, a moment ago.
    const stat = lstatSync(path, { throwIfNoEntry: false })
    if (stat === undefined || fileRefusal(stat, MAX_SEGMENT_BYTES) !== undefined) continue
    listed.push({ ...parsed, path, folder, storedBytes: storedBytes(stat.size) })
  }
  return listed.sort((a, b) => a.createdMs - b.createdMs || a.number - b.number)
}

/** The folders of all destinations in a spool; a link, a file or another user's directory of such a name is left out. */
export function listDestinations(directory: string, names: readonly string[] = namesIn(directory)): string[] {
  return names
    .filter(name => folderSignal(name) !== undefined)
    .map(name => join(directory, name))
    .filter(folder => {
      const stat = lstatSync(folder, { throwIfNoEntry: false })
      return stat !== undefined && directoryRefusal(stat) === undefined
    })
}

export function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return []
    throw error
  }
}
