import { lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { isDestinationFolder } from './destination-folder.ts'
import { parseSegmentName, type SegmentName } from './segment-name.ts'

export interface ListedSegment extends SegmentName {
  path: string
  folder: string
  /** In bytes, as the file system stores them. */
  storedBytes: number
}

/** File systems store whole blocks. */
export const storedBytes = (size: number): number => Math.ceil(size / 4096) * 4096

/** The segments in a destination's folder, oldest first; none when the folder is not there. Only plain files are any. */
export function listSegments(folder: string): ListedSegment[] {
  const listed: ListedSegment[] = []
  for (const name of namesIn(folder)) {
    const parsed = parseSegmentName(name)
    if (parsed === undefined) continue
    const path = join(folder, name)
    // It may have been delivered by its owner, or taken over, a moment ago.
    const stat = lstatSync(path, { throwIfNoEntry: false })
    if (stat?.isFile() === true) listed.push({ ...parsed, path, folder, storedBytes: storedBytes(stat.size) })
  }
  return listed.sort((a, b) => a.createdMs - b.createdMs || a.number - b.number)
}

/** The folders of all destinations in a spool; a link or a file of such a name is none. */
export function listDestinations(directory: string, names: readonly string[] = namesIn(directory)): string[] {
  return names
    .filter(isDestinationFolder)
    .map(name => join(directory, name))
    .filter(folder => lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() === true)
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
