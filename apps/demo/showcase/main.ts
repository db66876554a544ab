import { parseArgs } from 'node:util'
import { UsageError } from '../src/usage-error.ts'
import { compareBuilds } from './compare-builds.ts'
import { watchLeave } from './leave.ts'
import { showInViewer } from './show-in-viewer.ts'

/*
 * `npm run demo` holds a conversation with both builds of codex-demo, and shows what a receiver gets from each.
 * `npm run demo -- --view` holds it into a page of codex-otel-viewer; `--db <file>` keeps the viewer's store.
 * All connections are on loopback, and temporary files are removed.
 */
const leave = watchLeave()
try {
  const { values } = parseArgs({ options: { view: { type: 'boolean' }, db: { type: 'string' } } })
  if (values.db !== undefined && !values.view)
    throw new UsageError('--db goes with --view: it is the store of the viewer.')
  process.exitCode = await (values.view ? showInViewer(values.db, leave) : compareBuilds(leave))
} catch (error) {
  const wrong =
    error instanceof UsageError || String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS')
  if (wrong) {
    process.stderr.write(`${(error as Error).message}\nnpm run demo -- [--view [--db <file>]]\n`)
    process.exitCode = 2
  } else if (leave.signal.aborted) process.exitCode = leave.exitCode
  else throw error
}
