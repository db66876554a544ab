import { lazily } from '../lazily.ts'

const LAST = 0x10ffff
const DIGITS = [0x30, 0x39]
const LOWER = [0x61, 0x7a]
const UPPER = [0x41, 0x5a]
const LETTERS = [...UPPER, ...LOWER]
const WORD = [...DIGITS, ...LETTERS, 0x5f, 0x5f]
/** White space as JavaScript has it: with that of Unicode. */
// biome-ignore format: a table
const SPACE = [0x09, 0x0d, 0x20, 0x20, 0xa0, 0xa0, 0x1680, 0x1680, 0x2000, 0x200a, 0x2028, 0x2029, 0x202f, 0x202f, 0x205f, 0x205f, 0x3000, 0x3000, 0xfeff, 0xfeff]

/** `\d` and its like. */
export const escapedSets: () => ReadonlyMap<string, readonly number[]> = lazily(
  () =>
    new Map([
      ['d', DIGITS],
      ['w', WORD],
      ['s', SPACE],
      ['D', complement(DIGITS)],
      ['W', complement(WORD)],
      ['S', complement(SPACE)],
    ]),
)

/** `[:alpha:]` and its like, inside of a class. */
export const POSIX_SETS: ReadonlyMap<string, readonly number[]> = new Map([
  ['alnum', [...DIGITS, ...LETTERS]],
  ['alpha', LETTERS],
  ['ascii', [0x00, 0x7f]],
  ['blank', [0x09, 0x09, 0x20, 0x20]],
  ['cntrl', [0x00, 0x1f, 0x7f, 0x7f]],
  ['digit', DIGITS],
  ['graph', [0x21, 0x7e]],
  ['lower', LOWER],
  ['print', [0x20, 0x7e]],
  ['punct', [0x21, 0x2f, 0x3a, 0x40, 0x5b, 0x60, 0x7b, 0x7e]],
  ['space', [0x09, 0x0d, 0x20, 0x20]],
  ['upper', UPPER],
  ['word', WORD],
  ['xdigit', [...DIGITS, 0x41, 0x46, 0x61, 0x66]],
])

/** All other code points; the ranges may stand in any order but not overlap. */
export function complement(ranges: readonly number[]): number[] {
  const pairs: [number, number][] = []
  for (let i = 0; i < ranges.length; i += 2) pairs.push([ranges[i] as number, ranges[i + 1] as number])
  pairs.sort(([a], [b]) => a - b)
  const others: number[] = []
  let from = 0
  for (const [first, last] of pairs) {
    if (first > from) others.push(from, first - 1)
    from = last + 1
  }
  if (from <= LAST) others.push(from, LAST)
  return others
}
