import { lstatSync, type Stats } from 'node:fs'
import { join } from 'node:path'
import type { RefusedEntries, RefusedEntry, SpoolRefusal } from '@codex/otel-api'
import { visibleText } from '@codex/otel-api/visible-text'
import { directoryRefusal, fileRefusal } from '../../protocol/own-file.ts'
import { DESTINATION_FILE, folderSignal, MAX_DESTINATION_FILE_BYTES } from './destination-folder.ts'
import { heartbeatOwner } from './heartbeat.ts'
import { listDestinations, namesIn } from './list-segments.ts'
import { MAX_SEGMENT_BYTES } from './segment-format.ts'
import { parseSegmentName } from './segment-name.ts'

const MAX_NAMED = 20

/** Why the spool does not use the entry `name`; `undefined` when it does, or when the entry does not concern it. */
type Judge = (name: string, stat: Stats) => SpoolRefusal | undefined

const inDirectory: Judge = (name, stat) => {
  if (folderSignal(name) !== undefined) return directoryRefusal(stat)
  return heartbeatOwner(name) === undefined ? foreignRefusal(stat) : fileRefusal(stat)
}

const inFolder: Judge = (name, stat) => {
  if (parseSegmentName(name) !== undefined) return fileRefusal(stat, MAX_SEGMENT_BYTES)
  return name === DESTINATION_FILE ? fileRefusal(stat, MAX_DESTINATION_FILE_BYTES) : foreignRefusal(stat)
}

/** Files and directories of other names are nothing that the spool would use. */
const foreignRefusal = (stat: Stats): SpoolRefusal | undefined =>
  stat.isFile() || stat.isDirectory() ? undefined : fileRefusal(stat)

/**
 * The entries of a spool that the spool does not use although their names are its own, and all pipes, sockets, devices and
 * links. Opens none of them. Throws what the file system throws, but not when there is no spool.
 */
export function listRefused(directory: string): RefusedEntries {
  const found = [
    ...refusedIn(directory, inDirectory),
    ...listDestinations(directory).flatMap(folder => refusedIn(folder, inFolder)),
  ]
  const entries = found.slice(0, MAX_NAMED).map(({ path, reason }) => ({
    path: visibleText(path.slice(directory.length + 1)),
    reason,
  }))
  return { count: found.length, entries }
}

function refusedIn(directory: string, judge: Judge): RefusedEntry[] {
  return namesIn(directory)
    .sort()
    .flatMap(name => {
      const path = join(directory, name)
      // The owner may have removed the entry a moment ago.
      const stat = lstatSync(path, { throwIfNoEntry: false })
      const reason = stat && judge(name, stat)
      return reason === undefined ? [] : [{ path, reason }]
    })
}
