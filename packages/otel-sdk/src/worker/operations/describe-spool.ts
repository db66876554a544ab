import type { SpoolDescription } from '@codex/otel-api'
import { SIGNALS } from '../../catalogue/signals.ts'
import type { EffectiveConfig } from '../../config/effective-config.ts'
import { destinationFolder } from '../spool/destination-folder.ts'
import { inspectSpool } from '../spool/inspect-spool.ts'
import { listRefused } from '../spool/list-refused.ts'
import { UnsafeDirectoryError } from '../spool/private-directory.ts'
import { describeEndpoint, spoolEndpoint } from '../transport/describe-endpoint.ts'

/** Describes what waits on disk, and whether the configuration still names its destination. Never throws. */
export function describeSpool(config: EffectiveConfig): SpoolDescription {
  const { directory, enabled, maxAgeMs } = config.spool
  const configured = new Map(
    SIGNALS.flatMap(({ name }) => {
      const exporter = config[name]
      if (exporter === undefined) return []
      const { endpoint, shownEndpoint = describeEndpoint(endpoint) } = exporter
      return [[destinationFolder({ signal: name, endpoint: spoolEndpoint(exporter) }), shownEndpoint]]
    }),
  )
  try {
    const destinations = inspectSpool({ directory }).map(({ id, endpoint, ...found }) => ({
      ...found,
      endpoint: configured.get(id) ?? (endpoint && withoutOwnPath(endpoint)),
      configured: configured.has(id),
    }))
    const refused = listRefused(directory)
    return { directory, enabled, maxAgeMs, destinations, ...(refused.count > 0 ? { refused } : {}) }
  } catch (error) {
    const { code = 'unknown', message } = error as NodeJS.ErrnoException
    const reason = error instanceof UnsafeDirectoryError ? message : `${directory} cannot be read (${code})`
    return { directory, enabled, destinations: [], error: reason }
  }
}

/** Leaves out the path of an endpoint that the configuration no longer names: a variable may have put a token there. */
function withoutOwnPath(endpoint: string): string {
  const { origin, pathname } = new URL(endpoint)
  return /^\/(v1\/\w+)?$/.test(pathname) ? describeEndpoint(endpoint) : `${origin}/...`
}
