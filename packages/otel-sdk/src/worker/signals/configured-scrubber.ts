import type { ContentConfig } from '../../config/effective-config.ts'
import { type CompiledPattern, compilePattern } from '../../content/secrets/compile-pattern.ts'
import { createScrubber, type Scrubber } from '../../content/secrets/scrub.ts'

/** The scrubber of one signal, as `[otel.content]` has it. */
export const configuredScrubber = ({ scrub, scrubPatterns }: ContentConfig): Scrubber =>
  createScrubber({ enabled: scrub, extraPatterns: scrubPatterns.map(checkedPattern) })

/** The configuration has checked the pattern. With a wrong one this throws, since no text may leave unscrubbed. */
function checkedPattern(source: string): CompiledPattern {
  const pattern = compilePattern(source)
  if ('problem' in pattern) throw new Error(`a scrub pattern ${pattern.problem}`)
  return pattern
}
