import type { Scrubber } from './secrets/scrub.ts'
import type { TextLimit } from './text-limits.ts'

/** Keys and values without secrets, each value judged with its key; once for a session, a series or a resource is enough. */
export function scrubTags<Value>(
  tags: Readonly<Record<string, Value>>,
  scrubber: Scrubber,
  limit?: TextLimit,
): Record<string, Value> {
  const scrubbed = Object.entries(tags).map(([key, value]) => [
    scrubber.scrub(key, limit),
    typeof value === 'string' ? scrubber.scrubNamed(key, value, limit) : value,
  ])
  return Object.fromEntries(scrubbed)
}
