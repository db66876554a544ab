import type { Buffer } from 'node:buffer'

/** Node's own, which `toString` calls after it has looked at its arguments. */
interface Sliceable {
  utf8Slice?(start: number, end: number): string
}

const MAX_BYTES = 40
const SLOTS = 512
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * The texts of one request. Most are the same in every record: to compare their bytes with those of the last one is quicker
 * than to decode them, and both are one text then, which takes memory once.
 */
export class Texts {
  readonly #bytes: Buffer & Sliceable
  readonly #starts = new Uint32Array(SLOTS)
  readonly #texts: (string | undefined)[] = []

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  /** @throws TypeError when the bytes are not UTF-8 */
  read(start: number, end: number): string {
    const bytes = this.#bytes
    const length = end - start
    if (length === 0) return ''
    if (length > MAX_BYTES) return this.#decode(start, end)
    // A few bytes tell most texts apart.
    const middle = start + (length >> 1)
    const sample =
      (bytes[start] as number) +
      (bytes[end - 1] as number) * 31 +
      (bytes[middle] as number) * 1_009 +
      (bytes[(start + middle) >> 1] as number) * 7_919
    const slot = (sample + length * 131) & (SLOTS - 1)
    const known = this.#texts[slot]
    if (known !== undefined && known.length === length) {
      const from = this.#starts[slot] as number
      let same = 0
      while (same < length && bytes[start + same] === bytes[from + same]) same++
      if (same === length) return known
    }
    const text = this.#decode(start, end)
    // With other characters the lengths differ.
    if (text.length === length) {
      this.#starts[slot] = start
      this.#texts[slot] = text
    }
    return text
  }

  #decode(start: number, end: number): string {
    const bytes = this.#bytes
    const text = bytes.utf8Slice?.(start, end) ?? bytes.toString('utf8', start, end)
    // What is no UTF-8 becomes this character, which a text may have as well.
    return text.includes('\ufffd') ? strict.decode(bytes.subarray(start, end)) : text
  }
}
