import { SIGNALS, type Signal } from '../catalogue/signals.ts'
import type { EffectiveConfig, ExporterConfig } from './effective-config.ts'
import { isStatsig, normalizeExporter, type WrittenExporter } from './normalize-exporter.ts'
import type { TableValue } from './read-table.ts'
import type { Origin, Path, Resolution, Setting } from './resolution.ts'
import { resolveExporter } from './resolve-exporter.ts'
import { resolveConsole, resolveFile } from './resolve-local.ts'
import type { Section } from './section.ts'
import { environmentValue } from './standard-variables.ts'

/** The value of an exporter that something wrong has switched off. */
const OFF = 'off, see the problems'

export type Exporters = Pick<EffectiveConfig, 'logs' | 'metrics' | 'traces'>

/**
 * The destination of each signal. With `off` none has one; what is wrong is reported all the same. `mistaken`: where the keys
 * of exporters stand that are misspelt or at the wrong depth.
 */
export function resolveExporters(
  resolution: Resolution,
  section: Section,
  off: boolean,
  mistaken: ReadonlyMap<string, Path>,
): Exporters {
  const exporters: Exporters = { logs: undefined, metrics: undefined, traces: undefined }
  for (const signal of SIGNALS) {
    const value = section.get<TableValue>(signal.key)
    const path = section.pathOf(signal.key)
    const meant = mistaken.get(signal.key)
    if (value === undefined && meant !== undefined) {
      resolution.setting(path, { shown: OFF }, resolution.origin(meant))
      continue
    }
    const mark = resolution.settings.length
    const written = value === undefined ? undefined : normalizeExporter(resolution, signal, value, path)
    const exporter = written === undefined ? undefined : resolveDestination(resolution, signal, written, section)
    const isOff = off || (exporter !== undefined && isDisabled(resolution))
    exporters[signal.name] = isOff ? undefined : exporter
    const details = resolution.settings.splice(mark)
    const origin: Origin = value === undefined ? { from: 'default' } : resolution.origin(path)
    resolution.setting(path, describe(signal, exporters, value, written?.kind), origin)
    if (exporters[signal.name] !== undefined) resolution.settings.push(...details)
  }
  return exporters
}

function resolveDestination(
  resolution: Resolution,
  signal: Signal,
  { kind, ...written }: WrittenExporter,
  root: Section,
): ExporterConfig | undefined {
  if (kind === 'file') return resolveFile(resolution, signal, { kind, ...written })
  if (kind === 'console') return resolveConsole(resolution, signal, { kind, ...written })
  return resolveExporter(resolution, signal, { kind, ...written }, root)
}

function describe(
  signal: Signal,
  exporters: Exporters,
  value: TableValue | undefined,
  kind: string | undefined,
): Setting['value'] {
  if (exporters[signal.name] !== undefined && kind !== undefined) return kind
  return value === undefined || value === 'none' || isStatsig(value) ? 'none' : { shown: OFF }
}

/** The standard's switch; asked only where something would be exported. */
function isDisabled(resolution: Resolution): boolean {
  const variable = 'OTEL_SDK_DISABLED'
  if (environmentValue<boolean>(resolution, variable)?.value !== true) return false
  resolution.reportVariable('notice', variable, {
    found: 'true',
    allowed: 'false or nothing, where something is to be exported',
    consequence: 'nothing is exported, though [otel] asks for it',
  })
  return true
}
