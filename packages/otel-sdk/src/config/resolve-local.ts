import type { Signal } from '../catalogue/signals.ts'
import type { ConsoleExporterConfig, FileExporterConfig } from './effective-config.ts'
import type { WrittenExporter } from './normalize-exporter.ts'
import type { Resolution, ResolutionInput } from './resolution.ts'
import { resolvePath } from './resolve-path.ts'
import { exporterKeys } from './schema.ts'
import { Section } from './section.ts'

/** Standard error as a destination; what its table holds has no effect, and is reported. */
export function resolveConsole(
  resolution: Resolution,
  signal: Signal,
  { settings, path }: WrittenExporter,
): ConsoleExporterConfig {
  new Section({ resolution, keys: exporterKeys.console, table: settings, path, off: signal.off })
  return { protocol: 'console', colors: colorsOf(resolution.input.env) }
}

/** What the variables say of colours, as Node's own `styleText` understands them. */
function colorsOf(env: ResolutionInput['env']): ConsoleExporterConfig['colors'] {
  const { FORCE_COLOR, NO_COLOR, NODE_DISABLE_COLORS, TERM } = env
  if (FORCE_COLOR !== undefined) return /^(|1|2|3|true)$/.test(FORCE_COLOR) ? 'always' : 'never'
  return NO_COLOR || NODE_DISABLE_COLORS || TERM === 'dumb' ? 'never' : 'auto'
}

/** A file as a destination; `undefined` when something about it is wrong. */
export function resolveFile(
  resolution: Resolution,
  signal: Signal,
  { settings, path: at }: WrittenExporter,
): FileExporterConfig | undefined {
  const mark = resolution.settings.length
  const section = new Section({ resolution, keys: exporterKeys.file, table: settings, path: at, off: signal.off })
  const written = section.get<string>('path')
  const path = section.pathOf('path')
  const file =
    written === undefined
      ? { found: 'no path', allowed: 'the path of a file: { file = { path = "events.jsonl" } }' }
      : resolvePath(written, resolution.input)
  // A wrong path is reported by the section.
  if (!('absolute' in file) && !section.failed) resolution.report('error', path, { ...file, consequence: signal.off })
  if (section.failed || !('absolute' in file)) {
    resolution.settings.length = mark
    return undefined
  }
  const { absolute, shown } = file
  resolution.setting([...at, 'path'], shown, resolution.origin(path))
  return {
    protocol: 'file',
    path: absolute,
    ...(shown === absolute ? {} : { shownPath: shown }),
    maxBytes: section.effective<number>('max_bytes'),
    maxFiles: section.effective<number>('max_files'),
  }
}
