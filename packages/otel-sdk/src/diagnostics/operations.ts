import type { TelemetryOperations } from '@codex/otel-api'
import { resolveOptions } from '../config/resolve-options.ts'
import { describeResolved } from './describe-resolved.ts'
import { diagnose } from './diagnose.ts'
import { flushSpooled } from './flush-spooled.ts'

/** What an operator can ask for; `undefined` in a build without the feature. */
export const operations: TelemetryOperations | undefined = {
  describeConfig: options => describeResolved(resolveOptions(options)),
  diagnose,
  flushSpool: flushSpooled,
}
