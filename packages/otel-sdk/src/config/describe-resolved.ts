import type { ConfigDescription } from '@codex/otel-api'
import { describeConfig } from './describe-config.ts'
import type { ResolvedConfig } from './resolve-config.ts'

export function describeResolved(resolved: ResolvedConfig): ConfigDescription {
  const { file, problems } = resolved
  return { file, rows: describeConfig(resolved), problems }
}
