import type { AttributeValue } from '@codex/otel-api'

/** Maps a text, or each text in a list; all that is no text is left as it is. */
export function mapTexts(value: AttributeValue, map: (text: string) => string): AttributeValue {
  if (typeof value === 'string') return map(value)
  if (!Array.isArray(value)) return value
  return value.map(item => (typeof item === 'string' ? map(item) : item)) as AttributeValue
}
