import type { SpoolDescription, TelemetryOptions } from '@codex/otel-api'
import type { EffectiveConfig } from '../../config/effective-config.ts'
import { resolveOptions } from '../../config/resolve-options.ts'
import { runInWorker } from './run-in-worker.ts'
import { visibleResult } from './visible-result.ts'

/** Describes what waits on disk. Never rejects. */
export async function describeSpooled(options: TelemetryOptions): Promise<SpoolDescription> {
  const { config } = resolveOptions(options)
  try {
    return visibleResult(await runInWorker({ operation: 'describe-spool', config }))
  } catch (error) {
    return visibleResult(unreadSpool(config, error))
  }
}

/** The spool where the worker that was to look into it failed. */
export function unreadSpool({ spool }: EffectiveConfig, error: unknown): SpoolDescription {
  const { directory, enabled } = spool
  return { directory, enabled, destinations: [], error: `it could not be read: ${(error as Error).message}` }
}
