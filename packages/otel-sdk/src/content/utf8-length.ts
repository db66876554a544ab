import { MAX_READ_UNITS } from './text-limits.ts'

/** To count the bytes of this many UTF-16 units takes at most about four milliseconds. */
const COUNTED_UNITS = 1024 * 1024

/**
 * The length of a text in bytes of UTF-8. The bytes of the first 1,048,576 UTF-16 units are counted, in
 * texts of up to 4,194,304 units; past that each unit counts as one, so that the caller never waits for the count.
 */
export function utf8Length(text: string): number {
  if (text.length <= COUNTED_UNITS) return Buffer.byteLength(text)
  if (text.length > MAX_READ_UNITS) return text.length
  return Buffer.byteLength(text.slice(0, COUNTED_UNITS)) + text.length - COUNTED_UNITS
}
