import type { ReceivedSpan, Temporality } from './records.ts'

const TEMPORALITIES = ['unspecified', 'delta', 'cumulative'] as const
const KINDS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'] as const
const STATUS_CODES = ['unset', 'ok', 'error'] as const

export function temporalityOf(number: number): Temporality {
  return TEMPORALITIES[number] ?? 'unspecified'
}

export function spanKindOf(number: number): ReceivedSpan['kind'] {
  return KINDS[number] ?? 'unspecified'
}

export function statusCodeOf(number: number): ReceivedSpan['status']['code'] {
  return STATUS_CODES[number] ?? 'unset'
}
