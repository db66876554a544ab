import type { SpoolDescription, SpooledData } from '../telemetry.ts'
import { hanging } from './report-lines.ts'

/** What waits on disk, a line for each destination. */
export function spoolReport({ directory, enabled, destinations, error }: SpoolDescription): string[] {
  if (error !== undefined) return hanging('  ', 2, error)
  if (destinations.length > 0) return destinations.flatMap(destination => hanging('  ', 2, describe(destination)))
  return [enabled ? `  nothing waits in ${directory}` : '  otel.spool.enabled is false: what is not delivered is lost']
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

export const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`

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
