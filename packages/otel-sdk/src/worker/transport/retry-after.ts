/** A receiver that asks for more is asked again after a day. */
const LONGEST_MS = 86_400_000

/**
 * The wait that a `Retry-After` header asks for, in milliseconds; `undefined` when its value cannot be read.
 *
 * @param value Seconds, or an HTTP date.
 * @param date The answer's own `Date`, so that a clock that is wrong on this side does not matter.
 * @param now Milliseconds since the epoch, used when the answer has no `Date`.
 */
export function parseRetryAfter(value: string | undefined, date: string | undefined, now: number): number | undefined {
  const text = value?.trim() ?? ''
  if (/^\d+(\.\d+)?$/.test(text)) return clampWait(Number(text) * 1000)
  const until = parseHttpDate(text)
  if (until === undefined) return undefined
  return clampWait(until - (parseHttpDate(date?.trim() ?? '') ?? now))
}

/** Keeps a wait that came from the network between nothing and a day. */
export function clampWait(ms: number): number {
  return Math.min(Math.max(Math.ceil(ms), 0), LONGEST_MS)
}

function parseHttpDate(text: string): number | undefined {
  // All three forms begin with the name of the day; without it Date.parse would take almost anything.
  if (!/^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(text)) return undefined
  const time = Date.parse(text)
  return Number.isNaN(time) ? undefined : time
}
