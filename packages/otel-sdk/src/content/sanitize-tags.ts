import { scrubTags } from './scrub-tags.ts'
import type { Scrubber } from './secrets/scrub.ts'
import type { TextLimit } from './text-limits.ts'

/** Characters of a tag's value. */
export const MAX_TAG_LENGTH = 256
export const TAG_LIMIT: TextLimit = { keepUnits: MAX_TAG_LENGTH, wireBytes: MAX_TAG_LENGTH }

const NOT_IN_TAGS = /[^A-Za-z0-9._/-]/g
const PLACEHOLDER = /(\[SCRUBBED:[a-z0-9-]+\])/

/** The tags of a series as they may be exported: without secrets, and then of the characters that a tag may have. */
export function sanitizeTags<Value>(tags: Readonly<Record<string, Value>>, scrubber: Scrubber): Record<string, Value> {
  const sanitized = scrubTags(tags, scrubber, TAG_LIMIT)
  for (const [key, value] of Object.entries(sanitized)) {
    if (typeof value === 'string') sanitized[key] = tagText(value) as Value
  }
  return sanitized
}

/** Makes any text a tag's value, so that what the library counts by itself always adds up. */
function tagText(text: string): string {
  const parts = text.split(PLACEHOLDER).map((part, i) => (i % 2 === 1 ? part : part.replace(NOT_IN_TAGS, '_')))
  const allowed = parts.join('')
  return /[A-Za-z0-9]/.test(allowed) ? allowed : 'unknown'
}
