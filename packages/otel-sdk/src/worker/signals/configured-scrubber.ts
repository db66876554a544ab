import type { ContentConfig } from '../../config/effective-config.ts'
import type { FindPatterns } from '../../content/patterns/find-patterns.ts'
import { createScrubber, type Scrubber } from '../../content/secrets/scrub.ts'

/** The scrubber of one signal, as `[otel.content]` has it; `findPatterns` is there where the configuration has patterns. */
export function configuredScrubber(
  { scrub, scrubPatterns }: ContentConfig,
  findPatterns: FindPatterns | undefined,
): Scrubber {
  if (scrubPatterns.length > 0 && findPatterns === undefined) throw new Error('the scrub patterns are missing')
  return createScrubber({ enabled: scrub, findPatterns })
}
