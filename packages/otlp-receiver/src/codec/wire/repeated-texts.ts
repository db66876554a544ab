import type { Buffer } from 'node:buffer'

interface Known {
  bytes: Uint8Array
  text: string
}

const MAX_BYTES = 48
const SLOTS = 1024
const slots: (Known | undefined)[] = new Array(SLOTS).fill(undefined)

/**
 * The text of some bytes, from the few that were read before. To compare a dozen bytes is quicker than to decode them, and
 * the text is the same object again: a record's keys take no memory of their own.
 */
export function readRepeatedText(
  bytes: Buffer,
  start: number,
  end: number,
  read: (bytes: Buffer, start: number, end: number) => string,
): string {
  const length = end - start
  if (length > MAX_BYTES) return read(bytes, start, end)
  let hash = length
  for (let at = start; at < end; at++) hash = (hash * 31 + (bytes[at] as number)) | 0
  const slot = (hash ^ (hash >>> 11)) & (SLOTS - 1)
  const known = slots[slot]
  if (known && known.bytes.length === length) {
    let at = 0
    while (at < length && known.bytes[at] === bytes[start + at]) at++
    if (at === length) return known.text
  }
  const text = read(bytes, start, end)
  slots[slot] = { bytes: Uint8Array.from(bytes.subarray(start, end)), text }
  return text
}
