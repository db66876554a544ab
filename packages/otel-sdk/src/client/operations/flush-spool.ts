import type { SpoolFlush, SpoolFlushOptions } from '@codex/otel-api'
import { resolveOptions } from '../../config/resolve-options.ts'
import type { OperationResults } from '../../protocol/operations.ts'
import { unreadSpool } from './describe-spool.ts'
import { runInWorker } from './run-in-worker.ts'
import { signalStates } from './signal-state.ts'
import { visibleResult } from './visible-result.ts'

const DEFAULT_TIMEOUT_MS = 10_000

/**
 * Sends what earlier runs left on disk for the destinations that the configuration names, and for those of `toCurrent` to where
 * their signals go now. Never rejects.
 */
export async function flushSpooled(options: SpoolFlushOptions): Promise<SpoolFlush> {
  const resolved = resolveOptions(options)
  const { config, problems } = resolved
  const blocked = signalStates(resolved).some(({ state }) => state === 'blocked')
  const toCurrent = options.toCurrent ?? []
  let result: OperationResults['flush-spool']
  try {
    result = await runInWorker({
      operation: 'flush-spool',
      config,
      timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
      toCurrent,
    })
  } catch (error) {
    return visibleResult({ ok: false, destinations: [], spool: unreadSpool(config, error), problems })
  }
  const delivered = result.destinations.every(destination => destination.delivered)
  const left = result.spool.destinations.some(({ id, configured }) => configured || toCurrent.includes(id))
  const ok = delivered && !left && !blocked && result.spool.error === undefined
  return visibleResult({ ok, ...result, problems })
}
