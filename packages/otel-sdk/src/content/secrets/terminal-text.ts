import type { TextKind } from './anchor-scanner.ts'

/**
 * What a terminal shows of a text, and what its control sequences carry; secrets are looked for in both. Each is a text
 * with the way back to the places in the original.
 */
export interface TerminalText {
  visible: Projection
  /** What strings of the terminal carry (titles, targets of links, images), one a line. */
  carried: Projection
  /** Whether all sequences are sure to be such: none is written out as sources do. */
  isCertain: boolean
}

export interface Projection {
  text: string
  /** The place in the original of the part from `start` to `end`, which is not empty. */
  span(start: number, end: number): { start: number; end: number }
  /** How many characters of it stand before `index` of the original. */
  lengthBefore(index: number): number
}

/** ESC as sources and `cat -v` write it: `\x1b`, `\033`, `\e`, `^[`. Only before what is sure to end: the rest is looked at as text. */
const WRITTEN = String.raw`((?:\\{1,8}(?:x1[bB]|0{0,2}33|o33|[eE]|u\{1[bB]\})|\^\[|%1[bB]|<ESC>)(?:\[[0-?]{0,64}[ -/]{0,4}[@-~]|[()][AB012]))`

/** ESC, BEL and the 8-bit forms, also as JSON writes them. */
const ESC = String.raw`(?:\x1b|\\{1,8}u001[bB])`
const eightBit = (low: string): string =>
  String.raw`(?:[\x${low}]|\\{1,8}u00${low[0]}[${low[1]}${low.charAt(1).toUpperCase()}])`
const C1_STRINGS = ['90', '98', '9d', '9e', '9f'].map(eightBit).join('|')
/** A string ends at BEL or ST; also at what interrupts it, and with its line. */
const CARRIED = String.raw`([^\x07\x18\x1a\x1b\x9c\n\\]*(?:\\(?!\\{0,7}u00(?:07|1[bB]|9[cC]))[^\x07\x18\x1a\x1b\x9c\n\\]*)*)`
const STRING_END = String.raw`(?:\x07|\\{1,8}u0007|\x1b\\|\\{1,8}u001[bB](?:\\\\){1,8}|${eightBit('9c')})?`
/**
 * CSI with parameters and a final character, strings (OSC, DCS, SOS, PM, APC), other escapes, backspace, and controls that
 * show nothing. Each part stops at the first character that cannot belong to it, so a text is gone through once.
 */
const SEQUENCE = new RegExp(
  [
    String.raw`(?:${ESC}\[|${eightBit('9b')})[0-?]*[ -/]*[@-~]?`,
    String.raw`(?:${ESC}[\]PX^_]|${C1_STRINGS})${CARRIED}${STRING_END}`,
    `${ESC}[ #%()*+./-]{0,4}[0-~]?`,
    String.raw`(\x08)`,
    WRITTEN,
    String.raw`[\x00\x07\x0e\x0f\x7f\x80-\x9a\x9c]`,
  ].join('|'),
  'dg',
)
const C1 = /[\x80-\x9f]/

/** Whether a text may have control sequences that are not written as escapes. Costs two searches for a character. */
export function mayHaveSequences(text: string, kind: TextKind): boolean {
  if (kind === 'plain') return false
  return text.includes('\x1b') || text.includes('\b') || (kind === 'other' && C1.test(text))
}

const BACKSPACE = 0x08
const ESCAPE = 0x1b

/** The same for a part of a text of ASCII. */
export function mayHoldSequences(ascii: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (ascii[i] === ESCAPE || ascii[i] === BACKSPACE) return true
  return false
}

/** Takes the control sequences out of a text; nothing when it has none. Linear in the text, whatever the sequences are. */
export function readTerminalText(text: string): TerminalText | undefined {
  const visible = createProjection(text)
  const carried = createProjection(text)
  SEQUENCE.lastIndex = 0
  let from = 0
  let isCertain = true
  for (let match = SEQUENCE.exec(text); match !== null; match = SEQUENCE.exec(text)) {
    visible.add(from, match.index)
    from = SEQUENCE.lastIndex
    const span = match.indices?.[1]
    if (span !== undefined && span[0] < span[1]) {
      carried.add(span[0], span[1])
      carried.addBreak(span[1])
    }
    if (match[3] !== undefined) isCertain = false
    if (match[2] !== undefined && visible.strikeOver(match.index)) from = match.index + 2
    SEQUENCE.lastIndex = from
  }
  if (from === 0) return undefined
  visible.add(from, text.length)
  return { visible: visible.finish(), carried: carried.finish(), isCertain }
}

interface ProjectionBuilder {
  add(start: number, end: number): void
  /** A line break that the original has not. */
  addBreak(at: number): void
  /** Takes the character before a backspace and the one after it for one, as bold and underlined text is written. */
  strikeOver(backspace: number): boolean
  finish(): Projection
}

/** Parts of the original in order; of parts that are one character written several times, where the last one ends. */
function createProjection(original: string): ProjectionBuilder {
  const pieces: string[] = []
  /** Where each part begins in the projection and in the original, and where it ends in the original. */
  const starts: number[] = []
  const origins: number[] = []
  const ends: number[] = []
  let length = 0

  function push(piece: string, origin: number, end: number): void {
    pieces.push(piece)
    starts.push(length)
    origins.push(origin)
    ends.push(end)
    length += piece.length
  }

  /** The part that holds the character at `index`. */
  function partAt(index: number): number {
    return lastAtMost(starts, index)
  }

  return {
    add(start, end) {
      if (end > start) push(original.slice(start, end), start, end)
    },
    addBreak: at => push('\n', at, at),
    strikeOver(backspace) {
      const last = pieces.length - 1
      const piece = pieces[last]
      if (piece === undefined || ends[last] !== backspace) return false
      const under = piece.at(-1) as string
      const over = original.charAt(backspace + 1)
      if (over === '' || (over !== under && over !== '_' && under !== '_')) return false
      const origin = piece.length === 1 ? (origins[last] as number) : backspace - 1
      length--
      if (piece.length === 1) {
        for (const list of [pieces, starts, origins, ends]) list.pop()
      } else {
        pieces[last] = piece.slice(0, -1)
        ends[last] = backspace - 1
      }
      push(over === '_' ? under : over, origin, backspace + 2)
      return true
    },
    finish: () => ({
      text: pieces.join(''),
      span(start, end) {
        const first = partAt(start)
        const last = partAt(end - 1)
        const isWhole = end === (starts[last + 1] ?? length)
        return {
          start: (origins[first] as number) + start - (starts[first] as number),
          end: isWhole ? (ends[last] as number) : (origins[last] as number) + end - (starts[last] as number),
        }
      },
      lengthBefore(index) {
        const part = lastAtMost(origins, index - 1)
        if (part < 0) return 0
        const partLength = (starts[part + 1] ?? length) - (starts[part] as number)
        return (starts[part] as number) + Math.min(partLength, index - (origins[part] as number))
      },
    }),
  }
}

/** The index of the last of the rising numbers that is at most `value`; -1 when none is. */
function lastAtMost(numbers: readonly number[], value: number): number {
  let low = 0
  let high = numbers.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((numbers[middle] as number) <= value) low = middle + 1
    else high = middle
  }
  return low - 1
}
