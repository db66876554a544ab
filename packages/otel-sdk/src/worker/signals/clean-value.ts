import type { AttributeValue } from '@codex/otel-api'
import { sanitizeNamed } from '../../content/sanitize-text.ts'
import type { Scrubber } from '../../content/secrets/scrub.ts'
import { TEXT_LIMIT } from '../../content/text-limits.ts'

const MAX_REMEMBERED = 256
const MAX_REMEMBERED_LENGTH = 128

/** Makes what gives the value of an attribute as it may be exported. Texts that passed are remembered: most spans have the same. */
export function createCleanValue(scrubber: Scrubber): (name: string, value: AttributeValue) => AttributeValue {
  const passed = new Set<string>()
  return (name, value) => {
    if (typeof value === 'object') return sanitizeNamed(name, value, scrubber, TEXT_LIMIT)
    if (typeof value !== 'string') return value
    const key = `${name}\0${value}`
    if (passed.has(key)) return value
    const text = sanitizeNamed(name, value, scrubber, TEXT_LIMIT)
    if (text === value && value.length <= MAX_REMEMBERED_LENGTH) {
      if (passed.size >= MAX_REMEMBERED) passed.clear()
      passed.add(key)
    }
    return text
  }
}
