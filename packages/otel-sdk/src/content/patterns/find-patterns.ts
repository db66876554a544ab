import type { SecretMatch } from '../secrets/secret-rule.ts'
import type { CodeSet } from './code-set.ts'
import { compilePattern } from './compile-pattern.ts'
import { parsePattern } from './parse-pattern.ts'
import { createSearch } from './search-program.ts'

/** Finds what the user's patterns match; the matches of several may overlap. */
export type FindPatterns = (text: string) => SecretMatch[]

export interface FindPatternsOptions {
  /** Of the matches. Default: `custom`. */
  kind?: string | undefined
  /** Called each time that a stretch of a text is begun. */
  onProgress?: (() => void) | undefined
}

/** Compiles the patterns of the configuration, which has checked them. With a wrong one this throws: no text may leave unscrubbed. */
export function createFindPatterns(
  sources: readonly string[],
  { kind = 'custom', onProgress }: FindPatternsOptions = {},
): FindPatterns {
  const sets = new Map<string, CodeSet>()
  const searches = sources.map((source, index) => {
    const node = parsePattern(source)
    if ('problem' in node) throw new Error(`scrub pattern ${index} is one ${node.problem}`)
    return createSearch(compilePattern(node, sets), { onProgress })
  })
  return text => {
    const found: SecretMatch[] = []
    for (const search of searches) search(text, (start, end) => found.push({ start, end, kind }))
    return found
  }
}
