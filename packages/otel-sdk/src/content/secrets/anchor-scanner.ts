import { Buffer } from 'node:buffer'

/** Four positions, each with the characters that may stand there: what every match of a rule must contain. */
export type Anchor = readonly [string, string, string, string]

/** `plain`: no control character but line breaks, no backslash, and nothing past ASCII; `ascii`: nothing past ASCII. */
export type TextKind = 'plain' | 'ascii' | 'other'

/** Finds the places where one of many four-character anchors may stand, in one pass over the text. */
export interface AnchorScanner<Value> {
  /** Takes a text in; forgets the one before. Says what is known of it then at no cost. */
  load(text: string): TextKind
  /** Index of the next possible anchor at or after `from` in the loaded text; -1 when there is none. */
  next(from: number): number
  /** Whether no anchor can stand in this part of a text of ASCII. The text that is loaded stays loaded. */
  absentFrom(ascii: Uint8Array, start: number, end: number): boolean
  /** What the anchors that may stand at `index` belong to. */
  at(index: number): readonly Value[]
}

const WINDOW = 4
const SHORT_UNITS = 32
/** 1 for the control characters but line breaks, and for the backslash. */
const SPECIAL = Uint8Array.from({ length: 128 }, (_, code) => ((code < 0x20 && code !== 0x0a) || code === 0x5c ? 1 : 0))

/**
 * Wu-Manber with blocks of two characters: most places of an ordinary text are skipped three at a time, at a cost that
 * does not grow with the number of anchors; a regular expression of the same literals takes several times as long.
 *
 * It runs over the low byte of each UTF-16 unit, because reading an array is cheaper than reading a string. So a
 * character past U+00FF can pass for another one: that gives a candidate that no rule accepts, and nothing else.
 */
export function createAnchorScanner<Value>(anchors: readonly { anchor: Anchor; value: Value }[]): AnchorScanner<Value> {
  const shifts = new Uint8Array(0x10000).fill(WINDOW - 1)
  // One bit for each anchor: which may have this character at this position. Past 32, those with similar endings share one.
  const sorted = anchors.toSorted((a, b) => (isEndingBefore(a.anchor, b.anchor) ? -1 : 1))
  const numbers = new Map(sorted.map((anchor, number) => [anchor, number]))
  const masks = [new Uint32Array(256), new Uint32Array(256), new Uint32Array(256), new Uint32Array(256)] as const
  // Where in `lists` those are whose last two characters a block may be; reading an array is cheaper than asking a map.
  const listOf = new Uint16Array(0x10000)
  const lists: number[][] = [[]]
  // In the order of their names, so that what was named first is asked first.
  for (const named of anchors) {
    const { anchor } = named
    const number = numbers.get(named) as number
    const bit = 1 << Math.floor((number * 32) / sorted.length)
    for (let position = 0; position < WINDOW; position++) {
      const mask = masks[position] as Uint32Array
      const chars = anchor[position] as string
      for (let i = 0; i < chars.length; i++) mask[chars.charCodeAt(i)] = (mask[chars.charCodeAt(i)] as number) | bit
    }
    for (let first = 0; first < WINDOW - 1; first++) {
      const shift = WINDOW - 2 - first
      const lefts = anchor[first] as string
      const rights = anchor[first + 1] as string
      for (let i = 0; i < lefts.length; i++) {
        const left = lefts.charCodeAt(i) << 8
        for (let k = 0; k < rights.length; k++) {
          const block = left | rights.charCodeAt(k)
          if ((shifts[block] as number) > shift) shifts[block] = shift
          if (shift !== 0) continue
          if (listOf[block] === 0) listOf[block] = lists.push([]) - 1
          const list = lists[listOf[block] as number] as number[]
          // A character that an anchor names twice.
          if (list[list.length - 1] !== number) list.push(number)
        }
      }
    }
  }
  // Which characters may stand at the first and at the second position of an anchor: 256 bytes for each set of them.
  const sets = new Map<string, number>()
  const setOf = (chars: string): number => {
    const known = sets.get(chars)
    if (known !== undefined) return known
    const offset = sets.size * 256
    sets.set(chars, offset)
    return offset
  }
  const firsts = Uint32Array.from(sorted, ({ anchor }) => setOf(anchor[0]))
  const seconds = Uint32Array.from(sorted, ({ anchor }) => setOf(anchor[1]))
  const members = new Uint8Array(sets.size * 256)
  for (const [chars, offset] of sets) {
    for (let i = 0; i < chars.length; i++) members[offset + chars.charCodeAt(i)] = 1
  }
  const [mask0, mask1, mask2, mask3] = masks
  let bytes = Buffer.alloc(16_384)
  let length = 0

  const none: readonly Value[] = []
  const alone = sorted.map(({ value }) => [value])

  /** Whether all of an anchor stands at `index`, given that its last two characters do. */
  const stands = (number: number, index: number): boolean =>
    members[(firsts[number] as number) + (bytes[index] as number)] === 1 &&
    members[(seconds[number] as number) + (bytes[index + 1] as number)] === 1

  /** Where the next possible anchor begins in `text` between the two places; -1 when there is none. */
  function seek(text: Uint8Array, from: number, end: number): number {
    let index = from + WINDOW - 1
    while (index < end) {
      const before = text[index - 1] as number
      const last = text[index] as number
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
        (mask1[text[index - 2] as number] as number) &
        (mask0[text[index - 3] as number] as number)
      if (common !== 0) return index - WINDOW + 1
      index++
    }
    return -1
  }

  return {
    load(text) {
      length = text.length
      // A name or a code is copied in less time than it takes to call what copies a text.
      if (length <= SHORT_UNITS) {
        let all = 0
        let special = 0
        for (let index = 0; index < length; index++) {
          const code = text.charCodeAt(index)
          all |= code
          special |= SPECIAL[code & 0x7f] as number
          bytes[index] = code
        }
        return all > 0x7f ? 'other' : special === 0 ? 'plain' : 'ascii'
      }
      // In UTF-8 a text of ASCII takes one byte each; the room for more keeps another one from being cut to that.
      if (bytes.length < length + 4) bytes = Buffer.alloc(length + 4)
      if (bytes.write(text, 'utf8') === length) return 'ascii'
      bytes.write(text, 'latin1')
      return 'other'
    },
    next: from => seek(bytes, from, length),
    absentFrom: (ascii, start, end) => seek(ascii, start, end) < 0,
    at(index) {
      if (index + WINDOW > length) return none
      const block = ((bytes[index + 2] as number) << 8) | (bytes[index + 3] as number)
      let values: readonly Value[] = none
      for (const number of lists[listOf[block] as number] as number[]) {
        if (!stands(number, index)) continue
        // Nearly always it is the only one.
        if (values === none) values = alone[number] as readonly Value[]
        else values = [...new Set([...values, ...(alone[number] as readonly Value[])])]
      }
      return values
    },
  }
}

/** By index: to take an array apart costs many times as much while the code is cold. */
const isEndingBefore = (a: Anchor, b: Anchor): boolean => (a[2] === b[2] ? a[3] < b[3] : a[2] < b[2])
