import type { DiscardedData } from '@codex/otel-api'
import type { DiscardSpoolStart, OperationResults } from '../../protocol/operations.ts'
import { discardAbandoned } from '../spool/discard-abandoned.ts'
import { describeFolders, describeSpool, spoolFailure } from './describe-spool.ts'

/** Deletes what ended processes left for some destinations, then describes what is left. Never throws. */
export function discardSpooled(start: DiscardSpoolStart): OperationResults['discard-spool'] {
  const { config, olderThanMs } = start
  const { directory } = config.spool
  const beforeMs = olderThanMs === 0 ? Number.POSITIVE_INFINITY : Date.now() - olderThanMs
  const discarded: DiscardedData[] = []
  try {
    for (const { id, signal, endpoint, folder } of describeFolders(config)) {
      if (!start.destinations.includes(id)) continue
      const data = { id, signal, endpoint }
      try {
        discarded.push({ ...data, records: discardAbandoned({ directory, folder, beforeMs }) })
      } catch (error) {
        discarded.push({ ...data, records: 0, error: spoolFailure(error, directory) })
      }
    }
  } catch {
    // The description of the spool says why it could not be read.
  }
  return { destinations: discarded, spool: describeSpool(config) }
}
