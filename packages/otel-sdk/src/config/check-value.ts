import { isTable, type TableValue } from './read-table.ts'
import type { ValueSpec } from './schema.ts'

const durationMs: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Whether a value is of the kind that its key takes. What is inside a URL, a header or an exporter is looked at later. */
export function isAllowed(spec: ValueSpec, value: TableValue): boolean {
  switch (spec.type) {
    case 'string':
    case 'url':
      return isText(value)
    case 'path':
      return isText(value) && !isSecretText(value)
    case 'boolean':
      return typeof value === 'boolean'
    case 'integer':
      return isWithin(spec, value)
    case 'duration':
      return typeof value === 'string' && parseDuration(value) !== undefined
    case 'number':
      return typeof value === 'number' && value >= spec.min && value <= spec.max
    case 'choices':
      return Array.isArray(value)
    case 'choice':
      return typeof value === 'string' && spec.values.includes(value)
    case 'command':
      return Array.isArray(value) && isCommand(value)
    case 'patterns':
      return Array.isArray(value) && value.every(item => typeof item === 'string' && item !== '')
    case 'exporter':
      return true
    case 'headers':
    case 'resource':
    case 'attributes':
    case 'tracestate':
    case 'table':
      return isTable(value)
  }
}

/** A text that stands where a path or a name belongs, and is the secret itself: a PEM block, or a header's value. */
function isSecretText(text: string): boolean {
  return /[\r\n]|-----BEGIN|^\s*(?:api-?(?:key|token)|basic|bearer|splunk|token)\s/i.test(text)
}

function isText(value: TableValue): value is string {
  return typeof value === 'string' && value.trim() !== '' && !value.includes('\0')
}

/** Milliseconds, or `undefined` if the text is not a duration of a second to ten years. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d{1,9})\s?([smhd])$/.exec(text)
  if (!match) return undefined
  const ms = Number(match[1]) * (durationMs[match[2] ?? ''] ?? Number.NaN)
  return ms >= 1000 && ms <= 3650 * 86_400_000 ? ms : undefined
}

function isWithin(spec: { min: number; max: number }, value: TableValue): boolean {
  if (typeof value !== 'number' && typeof value !== 'bigint') return false
  const number = Number(value)
  return Number.isSafeInteger(number) && number >= spec.min && number <= spec.max
}

function isCommand(items: readonly TableValue[]): boolean {
  return items.length > 0 && items[0] !== '' && items.every(item => typeof item === 'string' && !item.includes('\0'))
}
