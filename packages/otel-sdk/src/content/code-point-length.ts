import { MAX_READ_UNITS } from './text-limits.ts'

const PAIR = /[\ud800-\udbff][\udc00-\udfff]/
/** To look for surrogate pairs takes about a millisecond for this many UTF-16 units. */
const COUNTED_UNITS = 1024 * 1024

/**
 * The number of Unicode code points in a text, as `[...text].length` gives it (half a surrogate pair counts as one).
 * Surrogate pairs are looked for in the first 1,048,576 UTF-16 units, and in texts of up to 4,194,304 units; past that
 * each unit counts as one, so that the caller never waits for the count.
 */
export function codePointLength(text: string): number {
  if (text.length > MAX_READ_UNITS) return text.length
  const read = text.length > COUNTED_UNITS ? text.slice(0, COUNTED_UNITS) : text
  const first = read.search(PAIR)
  if (first < 0) return text.length
  let pairs = 0
  let afterHigh = false
  for (let index = first; index < read.length; index++) {
    const kind = read.charCodeAt(index) & 0xfc00
    if (afterHigh && kind === 0xdc00) pairs++
    afterHigh = kind === 0xd800
  }
  return text.length - pairs
}
