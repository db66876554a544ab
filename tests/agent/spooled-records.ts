import { statSync } from 'node:fs'
import { join } from 'node:path'
import { inspectSpool } from '../../packages/otel-sdk/src/worker/spool/inspect-spool.ts'

/** How many records wait on disk. */
export function spooledRecords(codexHome: string): number {
  const directory = join(codexHome, 'otel-spool')
  if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory()) return 0
  return inspectSpool({ directory }).reduce((sum, { records }) => sum + records, 0)
}
