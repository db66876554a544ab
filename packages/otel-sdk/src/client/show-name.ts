import { MAX_READ_UNITS } from '../content/text-limits.ts'

const LONGEST = 60
/** Of a longer name the rest plays no part: what looks like a key shows it in less. */
const READ = 256
const NOT_IN_NAMES = /[^A-Za-z0-9._/-]/
/** What no word is: a long run of letters and digits. */
const RANDOM = /(?<![A-Za-z0-9])(?=[A-Za-z]*\d)[A-Za-z0-9]{16,}/

/**
 * The name of an event, of a metric or of a tag, as a message may show it, in quotes. An application may make names of the
 * words of a model or a server, and the scrubber is not on this thread; so the name is shown up to the first character that
 * no name has, and up to what looks like a key.
 *
 * @example showName('calls of password=x') // '"calls..."'
 */
export function showName(name: string): string {
  if (name.length > MAX_READ_UNITS) return '"..."'
  const read = name.slice(0, READ)
  const ends = [read.search(NOT_IN_NAMES), read.search(RANDOM), name.length > LONGEST ? LONGEST : -1]
  const end = Math.min(...ends.filter(index => index >= 0))
  return `"${end === Number.POSITIVE_INFINITY ? name : `${name.slice(0, end)}...`}"`
}
