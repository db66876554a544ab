import type { AttributeValue } from '@codex/otlp-receiver'

/** The attributes of a record as JSON has them: integers that a number cannot hold as texts, bytes as hex. */
export function plain(attributes: Readonly<Record<string, AttributeValue>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, plainValue(value)]))
}

/** A value as JSON has it. */
export function plainValue({ type, value }: AttributeValue): unknown {
  switch (type) {
    case 'array':
      return value.map(plainValue)
    case 'kvlist':
      return plain(value)
    case 'bytes':
      return Buffer.from(value).toString('hex')
    case 'int':
      return typeof value === 'bigint' ? String(value) : value
    case 'empty':
      return null
    default:
      return value
  }
}
