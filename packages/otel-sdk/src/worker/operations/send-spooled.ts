import type { FlushedDestination } from '@codex/otel-api'
import { SIGNALS, type SignalName } from '../../catalogue/signals.ts'
import { type EffectiveConfig, isOtlp, type OtlpExporterConfig } from '../../config/effective-config.ts'
import type { FlushSpoolStart, OperationResults } from '../../protocol/operations.ts'
import { VERSION } from '../../version.ts'
import { createTransport } from '../transport/create-transport.ts'
import { describeEndpoint, spoolEndpoint } from '../transport/describe-endpoint.ts'
import { createHeadersHelpers } from '../transport/headers-helper.ts'
import { describeFolders, describeSpool, type FolderDescription } from './describe-spool.ts'
import { type FlushSpoolDestination, flushSpool } from './flush-spool.ts'

/** One folder of the spool, and the exporter that sends what is in it. */
interface Sending {
  signal: SignalName
  exporter: OtlpExporterConfig
  data: FolderDescription
}

/**
 * Sends the requests that wait for the configured destinations, and those of `toCurrent` to where their signals go now, then
 * describes the requests that are left. Requests are protobuf on disk whatever the protocol was that they were to be sent
 * with, so each exporter encodes them as it does all others.
 */
export async function sendSpooled(start: FlushSpoolStart): Promise<OperationResults['flush-spool']> {
  const { config, timeoutMs } = start
  const headersHelpers = createHeadersHelpers()
  const sending = chooseFolders(start)
  const destinations: FlushSpoolDestination[] = []
  for (const { signal, exporter, data } of sending) {
    const transport = await createTransport(exporter, { signal, version: VERSION, headersHelpers })
    const folder = data.configured ? {} : { folder: data.folder }
    destinations.push({ ...exporter, endpoint: spoolEndpoint(exporter), ...folder, signal, transport })
  }
  // Without a destination `flushSpool` would make an empty spool.
  const results = destinations.length === 0 ? [] : await flushSpool({ ...config.spool, destinations, timeoutMs })
  return {
    destinations: results.map(({ delivered, stats }, i): FlushedDestination => {
      const { signal, exporter, data } = sending[i] as Sending
      return {
        signal,
        endpoint: exporter.shownEndpoint ?? describeEndpoint(exporter.endpoint),
        ...(data.configured ? {} : { recordedFor: data.endpoint ?? 'an unknown destination' }),
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

/** In the order of the signals; a spool that cannot be read has none. */
function chooseFolders({ config, toCurrent }: FlushSpoolStart): Sending[] {
  const folders = readFolders(config).filter(({ id, configured }) => configured || toCurrent.includes(id))
  return SIGNALS.flatMap(({ name: signal }) => {
    const exporter = config[signal]
    if (!isOtlp(exporter)) return []
    return folders.filter(data => data.signal === signal).map(data => ({ signal, exporter, data }))
  })
}

function readFolders(config: EffectiveConfig): FolderDescription[] {
  try {
    return describeFolders(config)
  } catch {
    // The description of the spool says why.
    return []
  }
}
