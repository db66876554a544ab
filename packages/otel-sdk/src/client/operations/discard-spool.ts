import type { SpoolDiscard, SpoolDiscardOptions } from '@codex/otel-api'
import { resolveOptions } from '../../config/resolve-options.ts'
import { unreadSpool } from './describe-spool.ts'
import { runInWorker } from './run-in-worker.ts'
import { visibleResult } from './visible-result.ts'

/** Deletes what earlier runs left on disk for some destinations. Never rejects. */
export async function discardSpooled(options: SpoolDiscardOptions): Promise<SpoolDiscard> {
  const { config, problems } = resolveOptions(options)
  const { destinations, olderThanMs = 0 } = options
  try {
    const result = await runInWorker({ operation: 'discard-spool', config, destinations, olderThanMs })
    const failed = result.destinations.some(({ error }) => error !== undefined)
    const left = result.spool.destinations.some(
      ({ id, records, ownedRecords, oldestMs = 0 }) =>
        destinations.includes(id) && records > ownedRecords && oldestMs < Date.now() - olderThanMs,
    )
    return visibleResult({ ok: !failed && !left && result.spool.error === undefined, ...result, problems })
  } catch (error) {
    return visibleResult({ ok: false, destinations: [], spool: unreadSpool(config, error), problems })
  }
}
