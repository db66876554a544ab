import type { Scrubber } from './secrets/scrub.ts'

/** The tags of a series without secrets; once a series is enough. */
export function scrubTags<Value>(tags: Readonly<Record<string, Value>>, scrubber: Scrubber): Record<string, Value> {
  const scrubbed = { ...tags }
  for (const [key, value] of Object.entries(tags)) {
    if (typeof value === 'string') scrubbed[key] = scrubber.scrub(value) as Value
  }
  return scrubbed
}
