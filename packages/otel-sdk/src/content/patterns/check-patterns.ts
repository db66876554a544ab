import { parsePattern } from './parse-pattern.ts'
import type { PatternProblem } from './pattern-problem.ts'
import { matchesEmptyText, programSize } from './pattern-tree.ts'

/** Of one configuration. */
const PATTERN_COUNT_LIMIT = 100
/** Longest pattern, in UTF-16 units. */
const PATTERN_LENGTH_LIMIT = 512
/** A search takes at most so many steps for each character: instructions of one pattern ... */
const PATTERN_SIZE_LIMIT = 2_500
/** ... and of all of them. */
const TOTAL_SIZE_LIMIT = 3_000

/** So many mistakes are told at once: those that follow are the same as a rule, and each takes time to find. */
const WRONG_LIMIT = 10

export interface WrongPattern extends PatternProblem {
  /** Counts from 0. */
  index: number
}

/**
 * What is wrong with the patterns of a configuration: the first ten that cannot be used, in their order. One pass over each
 * of them, in a time that depends on their length alone. The answer depends on the sources alone, so what one thread
 * accepted the other accepts as well. Never throws.
 */
export function checkPatterns(sources: readonly string[]): WrongPattern[] {
  const wrong: WrongPattern[] = []
  let total = 0
  for (const [index, source] of sources.entries()) {
    if (wrong.length >= WRONG_LIMIT) break
    if (index >= PATTERN_COUNT_LIMIT) {
      const advice = `at most ${PATTERN_COUNT_LIMIT} patterns; join some with "|"`
      wrong.push({ index, problem: `past the first ${PATTERN_COUNT_LIMIT}`, advice })
      break
    }
    const checked = checkPattern(source)
    if (typeof checked !== 'number') {
      wrong.push({ index, ...checked })
      continue
    }
    total += checked
    if (total <= TOTAL_SIZE_LIMIT) continue
    const problem = `that makes all of them together too large (${total} steps for a character, of ${TOTAL_SIZE_LIMIT})`
    wrong.push({ index, problem, advice: 'fewer patterns, or smaller counts such as in "{1,100}"' })
    break
  }
  return wrong
}

/** The size of the pattern's program, or what is wrong with the pattern. */
function checkPattern(source: string): number | PatternProblem {
  if (source.length > PATTERN_LENGTH_LIMIT) {
    return {
      problem: `of ${source.length} characters`,
      advice: `at most ${PATTERN_LENGTH_LIMIT} characters; make several patterns of it`,
    }
  }
  const node = parsePattern(source)
  if ('problem' in node) return node
  if (matchesEmptyText(node)) {
    return { problem: 'that matches the empty text', advice: 'at least one part that has to be there' }
  }
  const size = programSize(node)
  if (size <= PATTERN_SIZE_LIMIT) return size
  return {
    problem: 'whose counts make it too large',
    advice: `counts that come to at most ${PATTERN_SIZE_LIMIT} steps, multiplied where they stand in each other`,
  }
}
