import type { ConfigDescription, ConfigRow } from '@codex/otel-api'
import { describeValue, formatKey } from './describe-value.ts'
import type { Origin } from './resolution.ts'
import type { ResolvedConfig } from './resolve-config.ts'

export function describeResolved(resolved: ResolvedConfig): ConfigDescription {
  const { file, problems } = resolved
  return { file, rows: describeConfig(resolved), problems }
}

/** Every value in effect and where it came from. */
export function describeConfig(resolved: ResolvedConfig): readonly ConfigRow[] {
  return resolved.settings.map(({ path, value, origin }) => ({
    key: formatKey(path),
    value: typeof value === 'object' ? value.shown : describeValue(value),
    origin: describeOrigin(resolved, origin),
  }))
}

function describeOrigin(resolved: ResolvedConfig, origin: Origin): string {
  switch (origin.from) {
    case 'file': {
      const line = resolved.line(origin.path)
      return line === undefined ? resolved.file : `${resolved.file}:${line}`
    }
    case 'environment':
      return origin.variable
    default:
      return origin.from
  }
}
