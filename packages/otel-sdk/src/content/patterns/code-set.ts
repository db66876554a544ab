import type { CharacterSet } from './pattern-tree.ts'

/** The characters of a set, ready to be asked for. */
export interface CodeSet {
  /** 1 for each of the first 128 code points that is in it. */
  readonly ascii: Uint8Array
  /** Whether any code point past those can be in it. */
  readonly reachesPastAscii: boolean
  /** Asks for a code point past those. */
  has(code: number): boolean
}

const BMP = 0x10000

export function createCodeSet(set: CharacterSet): CodeSet {
  const { starts, ends } = sortRanges(set.ranges)
  const properties = set.properties.map(({ name, negated }) => ({
    negated,
    expression: new RegExp(`\\p{${name}}`, 'u'),
  }))
  const contains = (code: number): boolean => {
    let low = 0
    let high = starts.length - 1
    while (low <= high) {
      const middle = (low + high) >> 1
      if (code < (starts[middle] as number)) high = middle - 1
      else if (code > (ends[middle] as number)) low = middle + 1
      else return true
    }
    if (properties.length === 0) return false
    const char = String.fromCodePoint(code)
    return properties.some(({ expression, negated }) => expression.test(char) !== negated)
  }
  const includes = (code: number): boolean =>
    (contains(code) || (set.anyCase && otherCases(code).some(contains))) !== set.negated

  const ascii = Uint8Array.from({ length: 128 }, (_, code) => (includes(code) ? 1 : 0))
  // What costs more than a search in the ranges is asked once for each character: 1 stands for yes, 2 for no.
  const answers = set.anyCase || properties.length > 0 ? new Uint8Array(BMP) : undefined
  return {
    ascii,
    reachesPastAscii: set.negated || set.anyCase || properties.length > 0 || (ends.at(-1) ?? 0) > 127,
    has(code) {
      if (answers === undefined || code >= BMP) return includes(code)
      answers[code] ||= includes(code) ? 1 : 2
      return answers[code] === 1
    },
  }
}

/** The ranges in order, overlapping ones joined. */
function sortRanges(ranges: readonly number[]): { starts: number[]; ends: number[] } {
  const pairs: [number, number][] = []
  for (let i = 0; i < ranges.length; i += 2) pairs.push([ranges[i] as number, ranges[i + 1] as number])
  pairs.sort(([a], [b]) => a - b)
  const starts: number[] = []
  const ends: number[] = []
  for (const [first, last] of pairs) {
    const before = ends.at(-1)
    if (before !== undefined && first <= before + 1) ends[ends.length - 1] = Math.max(before, last)
    else {
      starts.push(first)
      ends.push(last)
    }
  }
  return { starts, ends }
}

/** The same letter in the other case, where that is one character. */
function otherCases(code: number): number[] {
  const char = String.fromCodePoint(code)
  return [char.toLowerCase(), char.toUpperCase()]
    .filter(other => other !== char && [...other].length === 1)
    .map(other => other.codePointAt(0) as number)
}
