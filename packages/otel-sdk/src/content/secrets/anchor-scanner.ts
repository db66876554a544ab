import { Buffer } from 'node:buffer'

/** Four positions, each with the characters that may stand there: what every match of a rule must contain. */
export type Anchor = readonly [string, string, string, string]

/** Finds the places where one of many four-character anchors may stand, in one pass over the text. */
export interface AnchorScanner<Value> {
  /** Takes a text in; forgets the one before. */
  load(text: string): void
  /** Index of the next possible anchor at or after `from` in the loaded text; -1 when there is none. */
  next(from: number): number
  /** What the anchors that may stand at `index` belong to. */
  at(index: number): readonly Value[]
}

const WINDOW = 4
const SHORT_UNITS = 32

/**
 * Wu-Manber with blocks of two characters: most places of an ordinary text are skipped three at a time, at a cost that
 * does not grow with the number of anchors; a regular expression of the same literals takes several times as long.
 *
 * It runs over the low byte of each UTF-16 unit, because reading an array is cheaper than reading a string. So a
 * character past U+00FF can pass for another one: that gives a candidate that no rule accepts, and nothing else.
 */
export function createAnchorScanner<Value>(anchors: readonly { anchor: Anchor; value: Value }[]): AnchorScanner<Value> {
  const shifts = new Uint8Array(0x10000).fill(WINDOW - 1)
  // One bit for each anchor (several share one past 32): which may have this character at this position.
  const masks = [new Uint32Array(256), new Uint32Array(256), new Uint32Array(256), new Uint32Array(256)] as const
  // Where in `lists` those are whose last two characters a block may be; reading an array is cheaper than asking a map.
  const listOf = new Uint16Array(0x10000)
  const lists: Value[][] = [[]]
  for (const [number, { anchor, value }] of anchors.entries()) {
    for (const [position, chars] of anchor.entries()) {
      for (const char of chars) {
        const mask = masks[position] as Uint32Array
        mask[char.charCodeAt(0)] = (mask[char.charCodeAt(0)] as number) | (1 << (number % 32))
      }
    }
    for (let first = 0; first < WINDOW - 1; first++) {
      const shift = WINDOW - 2 - first
      for (const left of anchor[first] as string) {
        for (const right of anchor[first + 1] as string) {
          const block = (left.charCodeAt(0) << 8) | right.charCodeAt(0)
          shifts[block] = Math.min(shifts[block] as number, shift)
          if (shift !== 0) continue
          if (listOf[block] === 0) listOf[block] = lists.push([]) - 1
          const list = lists[listOf[block] as number] as Value[]
          if (!list.includes(value)) list.push(value)
        }
      }
    }
  }
  const [mask0, mask1, mask2, mask3] = masks
  let bytes = Buffer.alloc(16_384)
  let length = 0

  return {
    load(text) {
      length = text.length
      // A name or a code is copied in less time than it takes to call what copies a text.
      if (length <= SHORT_UNITS) {
        for (let index = 0; index < length; index++) bytes[index] = text.charCodeAt(index)
        return
      }
      if (bytes.length < length) bytes = Buffer.alloc(length)
      bytes.write(text, 'latin1')
    },
    next(from) {
      let index = from + WINDOW - 1
      while (index < length) {
        const before = bytes[index - 1] as number
        const last = bytes[index] as number
        const shift = shifts[(before << 8) | last] as number
        // Mostly so; a branch that is predicted well costs less than an addition that waits for the table.
        if (shift === WINDOW - 1) {
          index += WINDOW - 1
          continue
        }
        if (shift !== 0) {
          index += shift
          continue
        }
        const common =
          (mask3[last] as number) &
          (mask2[before] as number) &
          (mask1[bytes[index - 2] as number] as number) &
          (mask0[bytes[index - 3] as number] as number)
        if (common !== 0) return index - WINDOW + 1
        index++
      }
      return -1
    },
    at(index) {
      const block = ((bytes[index + 2] as number) << 8) | (bytes[index + 3] as number)
      return lists[index + WINDOW > length ? 0 : (listOf[block] as number)] as Value[]
    },
  }
}
