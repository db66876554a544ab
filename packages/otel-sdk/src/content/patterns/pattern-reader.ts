import { complement, escapedSets, POSIX_SETS } from './named-sets.ts'
import { PatternError } from './pattern-problem.ts'
import type { CharacterSet } from './pattern-tree.ts'

/** A character or a set of them, as an escape means it. */
export type Escaped = { char: number } | Pick<CharacterSet, 'ranges' | 'properties'>

const CONTROLS: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 }
const LAST_CODE_POINT = 0x10ffff
const CLOSE_CLASS = 'close it with "]", or write "\\\\[" for the character'

/** Reads the characters of a pattern: escapes and classes, which look alike on both levels. */
export class PatternReader {
  readonly source: string
  at = 0

  constructor(source: string) {
    this.source = source
  }

  /** The UTF-16 unit that comes next; empty at the end. */
  get next(): string {
    return this.source[this.at] ?? ''
  }

  /** Takes `text` if it comes next. */
  take(text: string): boolean {
    if (!this.source.startsWith(text, this.at)) return false
    this.at += text.length
    return true
  }

  /** Takes what a sticky expression matches here. */
  match(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.at
    const found = expression.exec(this.source) ?? undefined
    if (found !== undefined) this.at += found[0].length
    return found
  }

  /** Takes one whole character. */
  character(): number {
    const char = this.source.codePointAt(this.at) as number
    this.at += char > 0xffff ? 2 : 1
    return char
  }

  /** Takes an escape of a character or a set; its backslash comes next. */
  escape(): Escaped {
    const start = this.at
    this.at++
    const letter = this.next
    if (letter === '') throw new PatternError('a backslash', start, 'write something behind it, or two of them')
    const ranges = escapedSets().get(letter)
    if (ranges !== undefined) {
      this.at++
      return { ranges: [...ranges], properties: [] }
    }
    const char = CONTROLS[letter]
    if (char !== undefined) {
      this.at++
      return { char }
    }
    if (/[pP]/.test(letter)) return this.#property(start)
    if (/[1-9k]/.test(letter)) {
      throw new PatternError('a back reference', start, 'write out what it is to match once more')
    }
    if (/[A-Za-z0-9]/.test(letter)) return { char: this.#encoded(start) }
    return { char: this.character() }
  }

  /** `\x41`, `\x{41}`, `\u0041`, `\u{41}`, `\cA` or `\0`. */
  #encoded(start: number): number {
    const found = this.match(/x\{([0-9A-Fa-f]{1,6})\}|u\{([0-9A-Fa-f]{1,6})\}|x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})/y)
    if (found !== undefined) {
      const char = Number.parseInt(found[1] ?? found[2] ?? found[3] ?? found[4] ?? '', 16)
      if (char <= LAST_CODE_POINT) return this.#joinPair(char)
      throw new PatternError('a code past 10FFFF', start, 'a code point of Unicode')
    }
    const control = this.match(/c([A-Za-z])/y)
    if (control !== undefined) return (control[1] as string).charCodeAt(0) % 32
    if (this.match(/0(?!\d)/y) !== undefined) return 0
    throw new PatternError('an unknown escape', start, 'write the letter without the backslash')
  }

  /** Two escapes of the halves of a character are that character. */
  #joinPair(char: number): number {
    if (char < 0xd800 || char > 0xdbff) return char
    const low = this.match(/\\u([Dd][C-Fc-f][0-9A-Fa-f]{2})/y)?.[1]
    return low === undefined ? char : 0x10000 + ((char - 0xd800) << 10) + (Number.parseInt(low, 16) - 0xdc00)
  }

  #property(start: number): Escaped {
    const found = this.match(/[pP](?:\{(\^?)([A-Za-z0-9_=]{1,64})\}|([A-Z]))/y)
    const written = found?.[2] ?? found?.[3] ?? ''
    const name = [written, `Script=${written}`].find(isProperty)
    if (found === undefined || name === undefined) {
      throw new PatternError('an unknown Unicode property', start, 'a name such as in "\\\\p{L}" or "\\\\p{Greek}"')
    }
    const negated = found[0].startsWith('P') !== (found[1] === '^')
    return { ranges: [], properties: [{ name, negated }] }
  }

  /** Takes a class; its bracket comes next. */
  characterClass(anyCase: boolean): CharacterSet {
    const start = this.at
    this.at++
    const set: CharacterSet = { ranges: [], properties: [], negated: this.take('^'), anyCase }
    // As in JavaScript, `[]` matches nothing and `[^]` everything.
    while (!this.take(']')) {
      if (this.next === '') throw new PatternError('a class that does not end', start, CLOSE_CLASS)
      const from = this.at
      const first = this.#member()
      if (!('char' in first)) {
        set.ranges.push(...first.ranges)
        set.properties.push(...first.properties)
        continue
      }
      let last = first.char
      if (this.next === '-' && !/^-?$|^-\]/.test(this.source.slice(this.at, this.at + 2))) {
        const dash = this.at
        this.at++
        const end = this.#member()
        if ('char' in end) last = end.char
        // As in JavaScript, the dash before a set stands for itself.
        else this.at = dash
      }
      if (last < first.char) throw new PatternError('a range whose end comes first', from, 'change its ends round')
      set.ranges.push(first.char, last)
    }
    return set
  }

  #member(): Escaped {
    const start = this.at
    if (this.next === '') throw new PatternError('a class that does not end', start, CLOSE_CLASS)
    const posix = this.match(/\[:(\^?)([a-z]+):\]/y)
    if (posix !== undefined) {
      const ranges = POSIX_SETS.get(posix[2] as string)
      if (ranges === undefined) {
        throw new PatternError(
          'an unknown class name',
          start,
          `${[...POSIX_SETS.keys()].join(', ')} between the colons`,
        )
      }
      return { ranges: posix[1] === '' ? [...ranges] : complement(ranges), properties: [] }
    }
    if (this.take('\\b')) return { char: 8 }
    if (this.next === '\\') return this.escape()
    return { char: this.character() }
  }
}

/** What was asked already: to ask takes as long as a hundred characters of a pattern. */
const properties = new Map<string, boolean>()
const MAX_REMEMBERED = 256

function isProperty(name: string): boolean {
  const known = properties.get(name)
  if (known !== undefined) return known
  let is = false
  try {
    is = new RegExp(`\\p{${name}}`, 'u').flags === 'u'
  } catch {
    // No such property.
  }
  if (properties.size < MAX_REMEMBERED) properties.set(name, is)
  return is
}
