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

/** So many code points have their answers in one array, which is made when the first of them is asked for. */
const PAGE_BITS = 8
const KELVIN_SIGN = 0x212a
const LONG_S = 0x17f

export function createCodeSet(given: CharacterSet): CodeSet {
  const set = withBothCases(given)
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
  const isCostly = set.anyCase || properties.length > 0
  const pages = new Map<number, Uint8Array>()
  return {
    ascii,
    reachesPastAscii: set.negated || isCostly || (ends.at(-1) ?? 0) > 127,
    has(code) {
      if (!isCostly) return includes(code)
      let answers = pages.get(code >> PAGE_BITS)
      if (answers === undefined) {
        answers = new Uint8Array(1 << PAGE_BITS)
        pages.set(code >> PAGE_BITS, answers)
      }
      const place = code & ((1 << PAGE_BITS) - 1)
      answers[place] ||= includes(code) ? 1 : 2
      return answers[place] === 1
    },
  }
}

/**
 * The same set with both cases among its ranges, where that can be told at once: of ASCII, and of a character that has no
 * case. Of what is past ASCII, only the sign of kelvin and the long s are the other case of an ASCII letter.
 */
function withBothCases(set: CharacterSet): CharacterSet {
  if (!set.anyCase || set.properties.length > 0) return set
  const [first = 0, last] = set.ranges
  const char = String.fromCodePoint(first)
  if (set.ranges.length === 2 && first === last && char.toLowerCase() === char && char.toUpperCase() === char) {
    return { ...set, anyCase: false }
  }
  if (set.ranges.some(code => code > 127)) return set
  const ranges = [...set.ranges]
  for (let i = 0; i < set.ranges.length; i += 2) {
    for (let code = set.ranges[i] as number; code <= (set.ranges[i + 1] as number); code++) {
      for (const other of otherCases(code)) ranges.push(other, other)
      const lower = String.fromCharCode(code).toLowerCase()
      if (lower === 'k') ranges.push(KELVIN_SIGN, KELVIN_SIGN)
      if (lower === 's') ranges.push(LONG_S, LONG_S)
    }
  }
  return { ...set, ranges, anyCase: false }
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
