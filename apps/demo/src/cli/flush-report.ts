import type { SpoolFlush } from '../telemetry.ts'
import { hanging, heading, paint, printedLines } from './report-lines.ts'
import { count, spoolReport } from './spool-report.ts'

/** The report of `otel flush`: the records that were sent from the disk, and those that are left. */
export function flushReport({ ok, destinations, spool, problems }: SpoolFlush): string {
  const lines = destinations.flatMap(({ signal, endpoint, recordedFor, found, exported, dropped, left, lastError }) => {
    const numbers = [`${count(exported, 'record')} of ${found} delivered`]
    if (dropped > 0) numbers.push(`${dropped} lost`)
    if (left > 0) numbers.push(`${left} still on disk`)
    const because = lastError === undefined || (dropped === 0 && left === 0) ? '' : `: ${lastError}`
    const origin = recordedFor === undefined ? '' : `, recorded for ${recordedFor}`
    const text = `${numbers.join(', ')} (${endpoint}${origin})${because}`
    return hanging(`  ${paint('bold', signal.padEnd(9))}`, 11, text)
  })
  const waits = spool.destinations.length > 0 || spool.refused !== undefined || spool.error !== undefined
  if (destinations.length > 0) lines.unshift(heading('Sent'))
  if (destinations.length > 0 && waits) lines.push('')
  if (destinations.length === 0 || waits) lines.push(heading('On disk'), ...spoolReport(spool))
  const errors = problems.filter(({ severity }) => severity === 'error')
  if (!ok && errors.length > 0) lines.push('', ...errors.flatMap(({ message }) => hanging('', 0, message, 'red')))
  // Records that a running agent keeps are no problem that the doctor could find.
  const trouble = errors.length > 0 || spool.error !== undefined || destinations.some(({ delivered }) => !delivered)
  if (!ok && trouble) lines.push('', 'codex-demo otel doctor finds out why.')
  return printedLines(lines)
}
