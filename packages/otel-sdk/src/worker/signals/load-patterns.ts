import type { ContentConfig } from '../../config/effective-config.ts'
import type { FindPatterns } from '../../content/patterns/find-patterns.ts'

/**
 * The patterns of `[otel.content]`; what applies them is evaluated only where there are any. `onProgress` is called within a
 * long search, each time that some thousand characters were looked at.
 */
export async function loadPatterns(
  { scrubPatterns }: ContentConfig,
  onProgress?: () => void,
): Promise<FindPatterns | undefined> {
  if (scrubPatterns.length === 0) return undefined
  const { createFindPatterns } = await import('../../content/patterns/find-patterns.ts')
  return createFindPatterns(scrubPatterns, { onProgress })
}
