import type { RefusedEntries, SpoolDescription, SpooledData } from '../telemetry.ts'
import { hanging } from './report-lines.ts'

/** The records on disk, a line for each destination, and the entries that the spool does not use. */
export function spoolReport({ directory, enabled, destinations, refused, error }: SpoolDescription): string[] {
  if (error !== undefined) return hanging('  ', 2, error)
  const lines = destinations.flatMap(destination => hanging('  ', 2, describe(destination)))
  const nothing = enabled
    ? `nothing waits in ${directory}`
    : 'otel.spool.enabled is false: what is not delivered is lost'
  if (lines.length === 0) lines.push(...hanging('  ', 2, nothing))
  if (refused !== undefined) lines.push(...describeRefused(refused).flatMap(text => hanging('  ', 2, text, 'yellow')))
  return lines
}

function describeRefused({ count: total, entries }: RefusedEntries): string[] {
  const verb = total === 1 ? 'is no file' : 'are no files'
  const lines = [
    `${count(total, 'entry', 'entries')} ${verb} of the spool and ${total === 1 ? 'is' : 'are'} left alone:`,
  ]
  for (const { path, reason } of entries) lines.push(`- ${path}: ${reason.replaceAll('-', ' ')}`)
  if (total > entries.length) lines.push(`- and ${total - entries.length} more`)
  return lines
}

function describe(data: SpooledData): string {
  const { signal, endpoint, records, requests, storedBytes, oldestMs } = data
  const age = oldestMs === undefined ? '' : `, the oldest ${formatAge(Date.now() - oldestMs)} old`
  const what = `${signal ?? 'unknown'}: ${count(records, 'record')} in ${count(requests, 'request')} (${formatBytes(storedBytes)}${age})`
  return `${what} for ${endpoint ?? 'an unknown destination'}; ${whatNext(data)}`
}

function whatNext({ records, ownedRecords, configured }: SpooledData): string {
  if (!configured) return 'the configuration names no such destination, so nothing sends them'
  if (ownedRecords === records) return 'a run that has not ended keeps them, and sends them'
  const rest = ownedRecords === 0 ? 'them' : 'the others'
  const first = ownedRecords === 0 ? '' : `a run that has not ended keeps ${ownedRecords} of them; `
  return `${first}the next run sends ${rest}, codex-demo otel flush sends them now`
}

export const count = (number: number, noun: string, plural = `${noun}s`): string =>
  `${number} ${number === 1 ? noun : plural}`

function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  return bytes < 1024 * 1024 ? `${(bytes / 1024).toFixed(1)} KiB` : `${(bytes / 1024 / 1024).toFixed(1)} MiB`
}

function formatAge(ms: number): string {
  const minutes = Math.max(0, ms) / 60_000
  if (minutes < 1) return 'less than a minute'
  if (minutes < 120) return `${Math.floor(minutes)} min`
  return minutes < 2880 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 1440)} days`
}
