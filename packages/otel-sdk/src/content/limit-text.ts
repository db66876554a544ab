import { TEXT_LIMIT, type TextLimit, TRUNCATION_MARKER } from './text-limits.ts'

export interface LimitedText {
  text: string
  /** Whether anything was cut off, here or earlier. */
  truncated: boolean
}

const encoder = new TextEncoder()
// The bytes are not read: encoding into this buffer counts them. The worker is one thread.
let counter = new Uint8Array(TEXT_LIMIT.wireBytes)

/**
 * Cuts a scrubbed text to the wire's limit, counted in UTF-8 bytes, at the border of a code point, and ends it with
 * the marker on a line of its own, if the limit has one. `cutBefore` means that the text lost its end already, on the caller's thread or in
 * the scrubber: it then gets the marker even when what is left fits.
 */
export function limitText(text: string, limit: TextLimit = TEXT_LIMIT, cutBefore = false): LimitedText {
  const { wireBytes } = limit
  // One UTF-16 unit is at most three bytes.
  if (!cutBefore && text.length * 3 <= wireBytes) return { text, truncated: false }
  const units = unitsWithin(text, wireBytes)
  if (!cutBefore && units === text.length) return { text, truncated: false }
  const kept = text.slice(0, units)
  if (limit.unmarked) return { text: kept, truncated: true }
  const separator = kept === '' || kept.endsWith('\n') ? '' : '\n'
  return { text: kept + separator + TRUNCATION_MARKER, truncated: true }
}

/** How many UTF-16 units from the start fit into so many bytes without splitting a code point. */
function unitsWithin(text: string, bytes: number): number {
  if (counter.length < bytes) counter = new Uint8Array(bytes)
  // A slice may split a pair: the half of it would need three bytes more than there are.
  const candidate = text.length > bytes ? text.slice(0, bytes) : text
  return encoder.encodeInto(candidate, counter.subarray(0, bytes)).read
}
