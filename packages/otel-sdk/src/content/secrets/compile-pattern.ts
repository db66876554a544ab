import { findNestedQuantifier, requiredLiteral } from './pattern-syntax.ts'

/** A pattern of the user, ready to be used. */
export interface CompiledPattern {
  expression: RegExp
  /** A part that every match contains: texts without it are not searched. */
  literal: string | undefined
  /** Goes into the placeholder: `[SCRUBBED:<kind>]`. */
  kind: string
}

/** Why a pattern cannot be used, in words for the person who wrote it. */
export interface PatternProblem {
  problem: string
}

/** Longest pattern, in UTF-16 units. */
export const PATTERN_LENGTH_LIMIT = 512

/**
 * Compiles one entry of the configuration: a JavaScript regular expression without flags, or with `(?i)` in front for
 * any case. Never throws. Refused are patterns that are too long, that match the empty text, and those whose syntax
 * shows that they can take exponential time: repetitions inside a repeated group, and back references. The answer
 * depends on the source alone, so what one thread accepted the other accepts as well.
 */
export function compilePattern(source: string, kind = 'custom'): CompiledPattern | PatternProblem {
  if (source.length > PATTERN_LENGTH_LIMIT) {
    return { problem: `is ${source.length} characters long; at most ${PATTERN_LENGTH_LIMIT} are allowed` }
  }
  const anyCase = source.startsWith('(?i)')
  const body = anyCase ? source.slice('(?i)'.length) : source
  let expression: RegExp
  try {
    expression = new RegExp(body, anyCase ? 'gi' : 'g')
  } catch (error) {
    return { problem: `is not a regular expression: ${error instanceof Error ? error.message : String(error)}` }
  }
  const nested = findNestedQuantifier(body)
  if (nested !== undefined) return { problem: nested }
  if (''.search(expression) === 0) return { problem: 'matches the empty text; make at least one part of it required' }
  return { expression, literal: anyCase ? undefined : requiredLiteral(body), kind }
}
