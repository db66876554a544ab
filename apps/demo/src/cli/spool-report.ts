import type { RefusedEntries, SpoolDescription, SpooledData } from '../telemetry.ts'
import { hanging } from './report-lines.ts'

/** The records on disk, a line for each destination, and the entries that the spool does not use. */
export function spoolReport(spool: SpoolDescription): string[] {
  const { directory, enabled, destinations, refused, error } = spool
  if (error !== undefined) return hanging('  ', 2, error)
  const lines = destinations.flatMap(destination =>
    hanging('  ', 2, `${describeSpooled(destination)}; ${whatNext(destination, spool)}`),
  )
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

/** What waits for one destination; with its id where nothing sends it by itself. `spool` says whether it is too old. */
export function describeSpooled(data: SpooledData, spool?: SpoolDescription): string {
  const { id, signal, endpoint, configured, records, requests, storedBytes, oldestMs } = data
  const age = oldestMs === undefined ? '' : `, the oldest ${formatAge(Date.now() - oldestMs)} old`
  const what = `${signal ?? 'unknown'}: ${count(records, 'record')} in ${count(requests, 'request')} (${formatBytes(storedBytes)}${age})`
  const named = configured ? '' : ` (id ${id})`
  const remarks = spool === undefined ? '' : remarksOn(data, spool)
  return `${what} for ${endpoint ?? 'an unknown destination'}${named}${remarks}`
}

/** What does not come along when an operator asks for it. */
function remarksOn({ ownedRecords, oldestMs }: SpooledData, { maxAgeMs }: SpoolDescription): string {
  const owned = ownedRecords === 0 ? '' : `; a run that has not ended keeps ${ownedRecords} of them`
  const tooOld = maxAgeMs !== undefined && oldestMs !== undefined && Date.now() - oldestMs > maxAgeMs
  return owned + (tooOld ? '; what is older than otel.spool.max_age is not sent any more: raise that first' : '')
}

function whatNext(data: SpooledData, spool: SpoolDescription): string {
  const { records, ownedRecords, configured, current, oldestMs } = data
  if (ownedRecords === records) return 'a run that has not ended keeps them, and sends them'
  const rest = ownedRecords === 0 ? 'them' : 'the others'
  const first = ownedRecords === 0 ? '' : `a run that has not ended keeps ${ownedRecords} of them; `
  if (configured) return `${first}the next run sends ${rest}, codex-demo otel flush sends them now`
  const { maxAgeMs } = spool
  const leftMs = maxAgeMs === undefined || oldestMs === undefined ? undefined : oldestMs + maxAgeMs - Date.now()
  const kept =
    leftMs === undefined
      ? ''
      : leftMs > 0
        ? ` They are kept for ${formatAge(leftMs)} more (otel.spool.max_age), then a run removes them.`
        : ' They are older than otel.spool.max_age, and the next run that stores something removes them.'
  const send =
    current === undefined
      ? 'To send them, name an endpoint for them again and run codex-demo otel flush --to-current'
      : `To send them to ${current} instead, run codex-demo otel flush --to-current`
  const choices = `${send}; to delete them, codex-demo otel discard.`
  return `${first}the configuration names no such destination, so nothing sends ${rest}.${kept} ${choices}`
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
