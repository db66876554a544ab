import type { ConfigDescription } from '@codex/otel-api'
import { describeConfig } from '../config/describe-config.ts'
import type { ResolvedConfig } from '../config/resolve-config.ts'

export function describeResolved(resolved: ResolvedConfig): ConfigDescription {
  const { file, problems } = resolved
  return { file, rows: describeConfig(resolved), problems }
}
