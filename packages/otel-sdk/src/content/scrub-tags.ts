import type { Scrubber } from './secrets/scrub.ts'
import type { TextLimit } from './text-limits.ts'

/** The values without secrets; once for a session or a series is enough. */
export function scrubTags<Value>(
  tags: Readonly<Record<string, Value>>,
  scrubber: Scrubber,
  limit?: TextLimit,
): Record<string, Value> {
  const scrubbed = { ...tags }
  for (const [key, value] of Object.entries(tags)) {
    if (typeof value === 'string') scrubbed[key] = scrubber.scrub(value, limit) as Value
  }
  return scrubbed
}
