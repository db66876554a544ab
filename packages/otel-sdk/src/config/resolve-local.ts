import type { Signal } from '../catalogue/signals.ts'
import type { ConsoleExporterConfig } from './effective-config.ts'
import type { WrittenExporter } from './normalize-exporter.ts'
import type { Resolution, ResolutionInput } from './resolution.ts'
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
