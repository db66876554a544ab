import type { TelemetryOperations } from '@codex/otel-api'
import { describeResolved } from '../../config/describe-config.ts'
import { resolveOptions } from '../../config/resolve-options.ts'
import { describeSpooled } from './describe-spool.ts'
import { diagnose } from './diagnose.ts'
import { discardSpooled } from './discard-spool.ts'
import { flushSpooled } from './flush-spool.ts'
import { visibleResult } from './visible-result.ts'

/** What an operator can ask for; `undefined` in a build without the feature. */
export const operations: TelemetryOperations | undefined = {
  describeConfig: options => visibleResult(describeResolved(resolveOptions(options))),
  diagnose,
  describeSpool: describeSpooled,
  flushSpool: flushSpooled,
  discardSpool: discardSpooled,
}
