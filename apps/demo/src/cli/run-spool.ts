import type { TelemetryOperations, TelemetryOptions } from '../telemetry.ts'
import { note } from '../terminal/messages.ts'
import { attended } from './attended.ts'
import { chooseSpooled } from './choose-spooled.ts'
import { confirm } from './confirm.ts'
import { discardReport } from './discard-report.ts'
import { flushReport } from './flush-report.ts'
import type { DiscardCommand, FlushCommand } from './otel-commands.ts'
import { hanging, printedLines } from './report-lines.ts'
import { describeSpooled } from './spool-report.ts'

export interface SpoolContext {
  operations: TelemetryOperations
  options: TelemetryOptions
  /** Prints a result as it is, or its report. */
  print(result: object, report: () => string): void
}

/** Runs `otel flush`. Returns the exit code. @throws UsageError */
export async function runFlush(command: FlushCommand, { operations, options, print }: SpoolContext): Promise<number> {
  const toCurrent: string[] = []
  if (command.toCurrent) {
    const spool = await operations.describeSpool(options)
    const stranded = chooseSpooled(spool.destinations, { ...command, all: false }).filter(
      ({ configured }) => !configured,
    )
    const sendable = stranded.filter(({ current }) => current !== undefined)
    if (sendable.length > 0) {
      show('To be sent to where the configuration points now, with the credentials of that exporter:')
      for (const each of sendable) show(describeSpooled(each, spool), '  ', `-> ${each.current}`)
      show(
        'They go as they were written: [otel.content] applied then, and a stricter policy since then changes nothing.',
      )
      if (!(await confirm('Send them?', { ...command, command: 'codex-demo otel flush --to-current' })))
        return declined()
    }
    toCurrent.push(...stranded.map(({ id }) => id))
  }
  const flush = await attended('sending what waits on disk', { quiet: command.json }, () =>
    operations.flushSpool({ ...options, toCurrent }),
  )
  print(flush, () => flushReport(flush))
  return flush.ok ? 0 : 1
}

/** Runs `otel discard`. Returns the exit code. @throws UsageError */
export async function runDiscard(
  command: DiscardCommand,
  { operations, options, print }: SpoolContext,
): Promise<number> {
  const spool = await operations.describeSpool(options)
  const { olderThanMs = 0 } = command
  const before = Date.now() - olderThanMs
  const chosen = chooseSpooled(spool.destinations, command).filter(
    ({ records, ownedRecords, oldestMs }) => records > ownedRecords && (oldestMs === undefined || oldestMs < before),
  )
  if (chosen.length > 0) {
    const age = command.olderThan === undefined ? '' : `, as far as it is older than ${command.olderThan}`
    show(`To be deleted from ${spool.directory}${age}:`)
    for (const each of chosen) show(describeSpooled(each, spool), '  ')
    if (!(await confirm('Delete them?', { ...command, command: 'codex-demo otel discard' }))) return declined()
  }
  const destinations = chosen.map(({ id }) => id)
  const discard = await attended('deleting', { quiet: command.json }, () =>
    operations.discardSpool({ ...options, destinations, olderThanMs }),
  )
  print(discard, () => discardReport(discard))
  return discard.ok ? 0 : 1
}

/** Shows on stderr what is about to happen, and where to: standard output is for the result. */
function show(text: string, indent = '', target?: string): void {
  const lines = hanging(indent, indent.length, text)
  if (target !== undefined) lines.push(...hanging(indent, indent.length + 3, target))
  process.stderr.write(printedLines(lines))
}

function declined(): number {
  note('nothing was done')
  return 1
}
