import type { SignalHealth } from '../telemetry.ts'

/**
 * The words for what became of records, the same in every line of the program: `delivered` (the collector took it),
 * `waiting` (it will be sent), `on disk` (it waits there, for this run or the next), `lost` (it will never arrive).
 */
const REASONS: Readonly<Record<string, string>> = {
  rejected: 'refused by the collector',
  'queue-full': 'too many to hold',
  'spool-full': 'no more room on disk',
  expired: 'on disk for too long',
  'spool-unreadable': 'unreadable on disk',
  unreachable: 'not delivered in time',
  'not-written': 'not written',
  'after-shutdown': 'too late',
  'span-limit': 'too many in one turn',
  'worker-crashed': 'in a crash of the worker',
  invalid: 'not valid',
}

/**
 * The records that are lost, by reason: `3 lost (2 refused by the collector, 1 too late)`, or with
 * `named` `3 records lost (...)`; `undefined` without any.
 */
export function describeLosses(
  dropped: SignalHealth['dropped'],
  { named = false }: { named?: boolean } = {},
): string | undefined {
  const losses = Object.entries(dropped).filter(([, count]) => count > 0)
  if (losses.length === 0) return undefined
  const lost = losses.reduce((sum, [, count]) => sum + count, 0)
  const reasons = losses.map(([reason, count]) => `${count} ${REASONS[reason] ?? reason}`)
  return `${named ? records(lost) : lost} lost (${reasons.join(', ')})`
}

export const records = (count: number): string => (count === 1 ? '1 record' : `${count} records`)

/** The cause of a failure without the name of the signal, which the line already has. */
export function causeOf(message: string, signal: string): string {
  return message.startsWith(`${signal}: `) ? message.slice(signal.length + 2) : message
}

/** Where a person finds out why records are not delivered. */
export const DOCTOR_FINDS_OUT = 'codex-demo otel doctor finds out why'
