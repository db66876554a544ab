import type { ImportReport } from '../../src/files/import-report.ts'
import { amount, counted, duration, size } from '../text/quantities.ts'
import type { Addition } from './additions.ts'

/** How far a file is: `12.3 MB of 98.1 MB · 120 k records, 81.2 k/s · 4.1 s left`. */
export function progressText({ state, bytes, startedMs, nowMs, step }: Addition): string {
  if (step === 'queued') return `${size(bytes)}, waits for the file before`
  if (!state) return 'waits for a file that another page adds'
  const { read, added } = state
  const elapsed = Math.max(1, nowMs - startedMs)
  const rate = `${counted(added, 'record')}, ${amount((added / elapsed) * 1_000)}/s`
  const left = read === 0 || read >= bytes ? [] : [`${duration((elapsed / read) * (bytes - read))} left`]
  return [`${size(Math.min(read, bytes))} of ${size(bytes)}`, rate, ...left].join(' · ')
}

/** What came of a file. */
export function reportText(report: ImportReport): string {
  if (report.knownFiles.length > 0) return 'was added before, with everything in it'
  const parts = [
    report.logs > 0 && counted(report.logs, 'log record'),
    report.metrics > 0 && counted(report.metrics, 'data point'),
    report.traces > 0 && counted(report.traces, 'span'),
  ].filter(part => part !== false)
  const isEmpty = parts.length === 0 && report.known === 0 && report.refusedParts === 0
  const sentences = [
    report.cancelled ? 'cancelled: what is in stays' : undefined,
    parts.length > 0 ? `${parts.join(', ')} added` : isEmpty ? 'there was no record in it' : 'nothing added',
    report.known > 0 ? `${counted(report.known, 'record was', 'records were')} there already` : undefined,
    report.refusedParts > 0 ? `${counted(report.refusedParts, 'part')} could not be read` : undefined,
  ]
  return sentences.filter(sentence => sentence !== undefined).join('; ')
}
