import { importFiles } from '../files/import-files.ts'
import type { ImportReport } from '../files/import-report.ts'
import type { ImportSource } from '../files/import-source.ts'
import { listFiles } from '../files/list-files.ts'
import { reasonOf } from '../reason.ts'
import type { Store } from '../store/store.ts'
import { UsageError } from '../usage-error.ts'
import type { Ending } from './ending.ts'
import { amount, duration, message, oneLine, shown } from './text.ts'
import { withProgress } from './with-progress.ts'

/** @throws UsageError for what is not there */
export function filesOf(paths: readonly string[]): ImportSource[] {
  try {
    const files = listFiles(paths)
    if (files.length === 0) throw new UsageError(`there is no file with OTLP in ${paths.join(', ')}.`)
    return files
  } catch (error) {
    const { path } = error as NodeJS.ErrnoException
    throw path === undefined ? error : new UsageError(`cannot read ${path}: ${reasonOf(error)}.`)
  }
}

/** Imports with a row of progress. */
export function importWithProgress(
  store: Store,
  files: readonly ImportSource[],
  ending: Ending,
): Promise<ImportReport> {
  if (process.stdin.isTTY && files.some(({ name }) => name === '-')) {
    process.stderr.write('reading OTLP from standard input; Ctrl-D ends it\n')
  }
  return withProgress(ending, (row, signal) => importFiles(store, files, progress => row.show(progress), signal))
}

/** @returns the exit code */
export const codeOf = (report: ImportReport, ending: Ending): number => {
  if (report.cancelled) return ending.exitCode ?? 1
  return report.refusedParts > 0 ? 1 : 0
}

/** What an import did, in words. */
export function reportText(report: ImportReport, elapsedMs: number, stream: NodeJS.WriteStream): string {
  const added = report.logs + report.metrics + report.traces
  const parts = (['logs', 'metrics', 'traces'] as const)
    .filter(signal => report[signal] > 0)
    .map(
      signal => `${amount(report[signal])} ${{ logs: 'log records', metrics: 'data points', traces: 'spans' }[signal]}`,
    )
  const lines = [
    `${report.cancelled ? 'cancelled; kept' : 'added'} ${parts.join(', ') || 'nothing'} in ${duration(elapsedMs)}`,
  ]
  if (report.known > 0) lines.push(`${amount(report.known)} records were there already`)
  if (report.knownFiles.length === 1) lines.push(`${shown(report.knownFiles[0] ?? '')} was imported before`)
  if (report.knownFiles.length > 1) lines.push(`${report.knownFiles.length} files were imported before`)
  for (const { file, line, reason, cure } of report.refused) {
    const at = line === undefined ? '' : `, line ${line}`
    const advice = cure === undefined ? '' : `; ${cure}`
    lines.push(`refused: ${shown(file)}${at}: ${oneLine(reason).slice(0, 300)}${advice}`)
  }
  const more = report.refusedParts - report.refused.length
  if (more > 0) lines.push(`and ${more} more parts that could not be read`)
  if (report.otherFiles > 0) lines.push(`${report.otherFiles} other files in the folders hold no OTLP`)
  const nothing = added + report.known + report.knownFiles.length + report.refusedParts === 0
  if (nothing && !report.cancelled) lines.push('there was no record in it')
  return message(lines.join('\n'), stream)
}
