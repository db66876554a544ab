import type { SpoolDiscard } from '../telemetry.ts'
import { hanging, heading, paint, printedLines } from './report-lines.ts'
import { count, spoolReport } from './spool-report.ts'

/** The report of `otel discard`: what was deleted, and what is left. */
export function discardReport({ ok, destinations, spool, problems }: SpoolDiscard): string {
  const lines = destinations.flatMap(({ signal, endpoint, records, error }) => {
    const failure = error === undefined ? '' : `; the rest could not be deleted: ${error}`
    const text = `${count(records, 'record')} deleted (${endpoint ?? 'an unknown destination'})${failure}`
    return hanging(`  ${paint('bold', (signal ?? 'unknown').padEnd(9))}`, 11, text)
  })
  lines.unshift(heading(destinations.length === 0 ? 'Nothing was there to delete' : 'Deleted'))
  lines.push('', heading('On disk'), ...spoolReport(spool))
  const errors = problems.filter(({ severity }) => severity === 'error')
  if (!ok && errors.length > 0) lines.push('', ...errors.flatMap(({ message }) => hanging('', 0, message, 'red')))
  return printedLines(lines)
}
