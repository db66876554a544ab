import { createHash } from 'node:crypto'
import type { SpoolDescription, SpooledData } from '@codex/otel-api'
import { SIGNALS, type SignalName } from '../../catalogue/signals.ts'
import { type EffectiveConfig, isOtlp } from '../../config/effective-config.ts'
import { destinationFolder } from '../spool/destination-folder.ts'
import { inspectSpool } from '../spool/inspect-spool.ts'
import { listRefused } from '../spool/list-refused.ts'
import { UnsafeDirectoryError } from '../spool/private-directory.ts'
import { describeEndpoint, spoolEndpoint } from '../transport/describe-endpoint.ts'

/** What waits for one destination, and in which folder. */
export interface FolderDescription extends SpooledData {
  signal: SignalName
  folder: string
}

/** Describes what waits on disk, and whether the configuration still names its destination. Never throws. */
export function describeSpool(config: EffectiveConfig): SpoolDescription {
  const { directory, enabled, maxAgeMs } = config.spool
  try {
    const destinations = describeFolders(config).map(({ folder: _, ...data }) => data)
    const refused = listRefused(directory)
    return { directory, enabled, maxAgeMs, destinations, ...(refused.count > 0 ? { refused } : {}) }
  } catch (error) {
    return { directory, enabled, destinations: [], error: spoolFailure(error, directory) }
  }
}

/** Why the spool could not be used, for a person. */
export function spoolFailure(error: unknown, directory: string): string {
  const { code = 'unknown', message } = error as NodeJS.ErrnoException
  return error instanceof UnsafeDirectoryError ? message : `${directory} cannot be read (${code})`
}

/** The folders of the spool in which something waits. Throws what the file system throws. */
export function describeFolders(config: EffectiveConfig): FolderDescription[] {
  const current = new Map(
    SIGNALS.flatMap(({ name }) => {
      const exporter = config[name]
      if (!isOtlp(exporter)) return []
      const { endpoint, shownEndpoint = describeEndpoint(endpoint) } = exporter
      const folder = destinationFolder({ signal: name, endpoint: spoolEndpoint(exporter) })
      return [[name, { folder, shown: shownEndpoint }]]
    }),
  )
  return inspectSpool(config.spool).flatMap(({ signal, endpoint, ...found }) => {
    // Only folders of a signal are listed.
    if (signal === undefined) return []
    const now = current.get(signal)
    const configured = now?.folder === found.folder
    return {
      id: destinationId(found.folder),
      signal,
      endpoint: configured ? now.shown : endpoint && formerEndpoint(endpoint),
      ...found,
      configured,
      ...(now === undefined ? {} : { current: now.shown }),
    }
  })
}

/** Short enough to be typed. The folder's name holds the path, of which not every part is shown. */
const destinationId = (folder: string): string => createHash('sha256').update(folder).digest('hex').slice(0, 8)

/** A part of a path that no word is. */
const RANDOM = /^(?=.*\d)[\w.~%-]{16,}$|^.{41,}$/

/**
 * An endpoint that the configuration no longer names, without the parts of its path that look like keys. References to
 * variables are shown as they were written.
 */
function formerEndpoint(endpoint: string): string {
  const { origin, pathname } = new URL(endpoint)
  const written = pathname.replaceAll('%7B', '{').replaceAll('%7D', '}')
  const parts = written.split('/').map(part => (!part.startsWith('${') && RANDOM.test(part) ? '...' : part))
  return `${origin}${parts.join('/').replace(/^\/$/, '')}`
}
