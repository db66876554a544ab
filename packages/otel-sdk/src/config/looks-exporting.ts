import type { TelemetryOptions } from '@codex/otel-api'
import { CARRIED_SIGNALS } from '../catalogue/signals.ts'
import { ownEnvironment } from './own-environment.ts'

/**
 * Whether these options most likely lead to an export: told at a glance, before they are judged, so that what an export
 * needs can start meanwhile. A wrong guess costs time and nothing else.
 */
export function looksExporting(options: TelemetryOptions): boolean {
  try {
    const { config, env = ownEnvironment() } = options
    if (typeof config !== 'object' || config === null || env.OTEL_SDK_DISABLED !== undefined) return false
    const exporters = CARRIED_SIGNALS.map(({ key }) => (config as Readonly<Record<string, unknown>>)[key])
    return exporters.some(exporter => typeof exporter === 'object' && exporter !== null)
  } catch {
    // A getter of the application's that throws.
    return false
  }
}
