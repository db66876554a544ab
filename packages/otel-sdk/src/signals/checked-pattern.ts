import { type CompiledPattern, compilePattern } from '../content/compile-pattern.ts'

/** The configuration has checked it. Were it wrong all the same, nothing may be exported: it would leave unscrubbed. */
export function checkedPattern(source: string): CompiledPattern {
  const pattern = compilePattern(source)
  if ('problem' in pattern) throw new Error(`a scrub pattern ${pattern.problem}`)
  return pattern
}
