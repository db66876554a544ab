import type { ContentConfig } from '../../config/effective-config.ts'
import type { FindPatterns } from '../../content/patterns/find-patterns.ts'

/** The patterns of `[otel.content]`; what applies them is evaluated only where there are any. */
export async function loadPatterns({ scrubPatterns }: ContentConfig): Promise<FindPatterns | undefined> {
  if (scrubPatterns.length === 0) return undefined
  const { createFindPatterns } = await import('../../content/patterns/find-patterns.ts')
  return createFindPatterns(scrubPatterns)
}
