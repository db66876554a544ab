import { ASSERTIONS, Op, type PatternProgram } from './compile-pattern.ts'

/** A match that begins in a stretch of so many units ... */
const STEP = 4_096
/** ... ends within so many from the beginning of the stretch: one of up to 4,096 units is found whole. */
const WINDOW = 2 * STEP
/** Steps in one stretch before what was visited is remembered: most texts never need it. */
const FREE_STEPS = 4 * WINDOW

const POSITION_BITS = 14

/** Takes the borders of a match; `end` is exclusive. */
export type OnMatch = (start: number, end: number) => void

/** Finds all matches in a text, as JavaScript's `matchAll` does. */
export type Search = (text: string, onMatch: OnMatch) => void

export interface SearchOptions {
  /** Steps in one stretch before what was visited is remembered. */
  freeSteps?: number | undefined
  /** Called each time that a stretch is begun. */
  onProgress?: (() => void) | undefined
}

/**
 * Tries the ways through the program in the order of JavaScript's expressions, and no way twice: an instruction from which
 * a position was reached in vain is not entered there again, by this attempt or by one from a later beginning. So the time
 * for all matches of a text together grows with its length times the size of the program.
 */
export function createSearch(
  program: PatternProgram,
  { freeSteps = FREE_STEPS, onProgress }: SearchOptions = {},
): Search {
  const { ops, first, second, sets, marks, markCount, circular, begins, literal } = program
  let stack = new Int32Array(256)
  let visited = new Uint32Array(0)
  let remembering = false
  let steps = 0

  function enterStretch(): void {
    onProgress?.()
    steps = 0
    remembering = false
    if (circular) remember()
  }

  function remember(): void {
    remembering = true
    const words = ((WINDOW + 1) * markCount + 31) >>> 5
    if (visited.length < words) visited = new Uint32Array(words)
    else visited.fill(0)
  }

  /** Where a match that begins at `start` ends, or -1. Nothing past `limit` is taken. */
  function endOfMatch(text: string, start: number, base: number, limit: number): number {
    let depth = 0
    let at = 0
    let position = start
    for (;;) {
      if (++steps > freeSteps && !remembering) remember()
      let failed = false
      const mark = marks[at] as number
      if (remembering && mark >= 0) {
        const bit = (position - base) * markCount + mark
        const word = bit >>> 5
        const mask = 1 << (bit & 31)
        failed = ((visited[word] as number) & mask) !== 0
        visited[word] = (visited[word] as number) | mask
      }
      if (!failed) {
        switch (ops[at]) {
          case Op.take: {
            const set = sets[first[at] as number] as (typeof sets)[number]
            const unit = position < limit ? text.charCodeAt(position) : -1
            if (unit < 0) failed = true
            else if (unit < 128) {
              if (set.ascii[unit] === 1) position++
              else failed = true
            } else {
              const code = text.codePointAt(position) as number
              const length = code > 0xffff ? 2 : 1
              if (position + length <= limit && set.has(code)) position += length
              else failed = true
            }
            at++
            break
          }
          case Op.split:
            if (depth === stack.length) {
              const larger = new Int32Array(2 * depth)
              larger.set(stack)
              stack = larger
            }
            stack[depth++] = ((second[at] as number) << POSITION_BITS) | (position - base)
            at = first[at] as number
            break
          case Op.jump:
            at = first[at] as number
            break
          case Op.assert:
            failed = !holds(ASSERTIONS[first[at] as number], text, position)
            at++
            break
          default:
            // An empty match hides nothing: another way may take something.
            if (position > start) return position
            failed = true
        }
      }
      if (failed) {
        if (depth === 0) return -1
        const saved = stack[--depth] as number
        at = saved >>> POSITION_BITS
        position = base + (saved & ((1 << POSITION_BITS) - 1))
      }
    }
  }

  function mayBegin(text: string, position: number): boolean {
    const unit = text.charCodeAt(position)
    if (unit < 128) return begins.ascii[unit] === 1
    return begins.others && !(isLow(unit) && isHigh(text.charCodeAt(position - 1)))
  }

  /** What failed behind a match stays so; what led to its end may lead on from there in another match. */
  function forget(row: number): void {
    for (let bit = row * markCount; bit < (row + 1) * markCount; bit++) {
      visited[bit >>> 5] = (visited[bit >>> 5] as number) & ~(1 << (bit & 31))
    }
  }

  return (text, onMatch) => {
    let base = -1
    let nextLiteral = -1
    for (let start = 0; start < text.length; ) {
      if (literal !== undefined && nextLiteral < start) {
        nextLiteral = text.indexOf(literal, start)
        if (nextLiteral < 0) return
        start = Math.max(start, nextLiteral - WINDOW)
      }
      if (!mayBegin(text, start)) {
        start++
        continue
      }
      const stretch = start - (start % STEP)
      if (stretch !== base) {
        base = stretch
        enterStretch()
      }
      const end = endOfMatch(text, start, base, Math.min(text.length, base + WINDOW))
      if (end < 0) {
        start++
        continue
      }
      onMatch(start, end)
      if (remembering) forget(end - base)
      start = end
    }
  }
}

const isHigh = (unit: number): boolean => (unit & 0xfc00) === 0xd800
const isLow = (unit: number): boolean => (unit & 0xfc00) === 0xdc00

function holds(kind: (typeof ASSERTIONS)[number] | undefined, text: string, position: number): boolean {
  switch (kind) {
    case 'text-start':
      return position === 0
    case 'text-end':
      return position === text.length
    case 'line-start':
      return position === 0 || text[position - 1] === '\n'
    case 'line-end':
      return position === text.length || text[position] === '\n'
    case 'word-border':
      return isWord(text, position - 1) !== isWord(text, position)
    default:
      return isWord(text, position - 1) === isWord(text, position)
  }
}

function isWord(text: string, position: number): boolean {
  const unit = text.charCodeAt(position)
  return (
    (unit >= 0x30 && unit <= 0x39) || (unit >= 0x41 && unit <= 0x5a) || unit === 0x5f || (unit >= 0x61 && unit <= 0x7a)
  )
}
