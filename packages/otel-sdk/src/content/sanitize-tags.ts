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
  const sanitized = Object.entries(scrubTags(tags, scrubber, TAG_LIMIT)).map(([key, value]) => [
    nameText(key),
    typeof value === 'string' ? tagText(value) : value,
  ])
  return Object.fromEntries(sanitized)
}

/** A metric's name as it may be exported: what was found in it is named in the characters that a name may have. */
export const sanitizeMetricName = (name: string, scrubber: Scrubber): string => nameText(scrubber.scrub(name))

/** `x.[SCRUBBED:github-token]` as `x._SCRUBBED_github-token_`; the text had the characters of a name before it was scrubbed. */
const nameText = (scrubbed: string): string => scrubbed.replace(NOT_IN_TAGS, '_')

/** Makes any text a tag's value, so that what the library counts by itself always adds up. */
function tagText(text: string): string {
  const parts = text.split(PLACEHOLDER).map((part, i) => (i % 2 === 1 ? part : part.replace(NOT_IN_TAGS, '_')))
  const allowed = parts.join('')
  return /[A-Za-z0-9]/.test(allowed) ? allowed : 'unknown'
}
