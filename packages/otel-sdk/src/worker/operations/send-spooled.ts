import type { FlushedDestination } from '@codex/otel-api'
import { SIGNALS } from '../../catalogue/signals.ts'
import type { FlushSpoolStart, OperationResults } from '../../protocol/operations.ts'
import { VERSION } from '../../version.ts'
import { createTransport } from '../transport/create-transport.ts'
import { describeEndpoint, spoolEndpoint } from '../transport/describe-endpoint.ts'
import { createHeadersHelpers } from '../transport/headers-helper.ts'
import { describeSpool } from './describe-spool.ts'
import { type FlushSpoolDestination, flushSpool } from './flush-spool.ts'

/** Sends the requests that wait for the configured destinations, then describes the requests that are left. */
export async function sendSpooled(start: FlushSpoolStart): Promise<OperationResults['flush-spool']> {
  const { config, timeoutMs } = start
  const destinations: FlushSpoolDestination[] = []
  const headersHelpers = createHeadersHelpers()
  const waiting = describeSpool(config).destinations.filter(({ configured }) => configured)
  for (const { name: signal } of SIGNALS) {
    const exporter = config[signal]
    if (exporter === undefined || !waiting.some(found => found.signal === signal)) continue
    const transport = await createTransport(exporter, { signal, version: VERSION, headersHelpers })
    destinations.push({ ...exporter, endpoint: spoolEndpoint(exporter), signal, transport })
  }
  // Without a destination `flushSpool` would make an empty spool.
  const results = destinations.length === 0 ? [] : await flushSpool({ ...config.spool, destinations, timeoutMs })
  return {
    destinations: results.map(({ signal, endpoint, delivered, stats }): FlushedDestination => {
      const exporter = config[signal]
      return {
        signal,
        endpoint: exporter?.shownEndpoint ?? describeEndpoint(exporter?.endpoint ?? endpoint),
        found: stats.recovered,
        exported: stats.exported,
        dropped: Object.values(stats.dropped).reduce((sum, count) => sum + count, 0),
        left: stats.spooled,
        delivered,
        ...(stats.lastError === undefined ? {} : { lastError: stats.lastError.message }),
      }
    }),
    spool: describeSpool(config),
  }
}
