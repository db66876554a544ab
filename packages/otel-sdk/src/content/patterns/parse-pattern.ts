import { PatternError, type PatternProblem } from './pattern-problem.ts'
import { PatternReader } from './pattern-reader.ts'
import type { Assertion, CharacterSet, PatternNode } from './pattern-tree.ts'

/** Most repetitions that a count may ask for, as in RE2. */
const REPETITION_LIMIT = 1_000
/** Groups within groups. */
const DEPTH_LIMIT = 50
const LAST_CODE_POINT = 0x10ffff

interface Flags {
  /** `i` */
  anyCase: boolean
  /** `m`: `^` and `$` are the borders of lines. */
  lines: boolean
  /** `s`: the dot takes line breaks. */
  dotAll: boolean
  /** `U`: what is lazy is greedy and the other way round. */
  swapGreed: boolean
}

/** Letters of flags, and what they mean. */
const FLAGS = { i: 'anyCase', m: 'lines', s: 'dotAll', U: 'swapGreed' } as const

const ASSERTIONS: Readonly<Record<string, Assertion>> = {
  '\\A': 'text-start',
  '\\z': 'text-end',
  '\\b': 'word-border',
  '\\B': 'no-word-border',
}

const LOOKAROUND = 'a pattern takes in what it hides: leave it away, or match that text as well'

/** Reads a pattern in one pass, whatever it is. Never throws. */
export function parsePattern(source: string): PatternNode | PatternProblem {
  const reader = new PatternReader(source)
  try {
    const flags: Flags = { anyCase: false, lines: false, dotAll: false, swapGreed: false }
    const node = readChoice(reader, flags, 0)
    if (reader.at < source.length) {
      throw new PatternError(
        'a closing parenthesis without an opening one',
        reader.at,
        'write "\\\\)" for the character',
      )
    }
    return node
  } catch (error) {
    if (error instanceof PatternError) return { problem: error.problem, advice: error.advice }
    throw error
  }
}

/** Alternatives, up to the end of the group. Flags that are set in it end with it. */
function readChoice(reader: PatternReader, outer: Flags, depth: number): PatternNode {
  const flags = { ...outer }
  const options: PatternNode[] = []
  do options.push(readSequence(reader, flags, depth))
  while (reader.take('|'))
  return options.length === 1 ? (options[0] as PatternNode) : { type: 'choice', options }
}

function readSequence(reader: PatternReader, flags: Flags, depth: number): PatternNode {
  const items: PatternNode[] = []
  while (reader.next !== '' && reader.next !== '|' && reader.next !== ')') {
    const start = reader.at
    const item = readPart(reader, flags, depth)
    if (item === undefined) continue
    const last = Array.isArray(item) ? item.pop() : item
    if (Array.isArray(item)) items.push(...item)
    if (last !== undefined) items.push(readQuantifier(reader, flags, last, start))
  }
  return { type: 'sequence', items }
}

const set = (ranges: number[], anyCase = false): PatternNode => ({
  type: 'set',
  set: { ranges, properties: [], negated: false, anyCase },
})

/** One part without its quantifier, which is of the last one where there are several. `undefined`: flags alone. */
function readPart(reader: PatternReader, flags: Flags, depth: number): PatternNode | PatternNode[] | undefined {
  const start = reader.at
  const { anyCase } = flags
  switch (reader.next) {
    case '(':
      return readGroup(reader, flags, depth)
    case '[':
      return { type: 'set', set: reader.characterClass(anyCase) }
    case '.':
      reader.at++
      return set(flags.dotAll ? [0, LAST_CODE_POINT] : [0, 9, 11, LAST_CODE_POINT])
    case '^':
      reader.at++
      return { type: 'assertion', kind: flags.lines ? 'line-start' : 'text-start' }
    case '$':
      reader.at++
      return { type: 'assertion', kind: flags.lines ? 'line-end' : 'text-end' }
    case '*':
    case '+':
    case '?':
      throw new PatternError('a repetition of nothing', start, 'write a backslash before it for the character')
    case '\\': {
      const kind = ASSERTIONS[reader.source.slice(start, start + 2)]
      if (kind !== undefined) {
        reader.at += 2
        return { type: 'assertion', kind }
      }
      if (reader.take('\\Q')) return readQuoted(reader, anyCase)
      const escaped = reader.escape()
      if ('char' in escaped) return set([escaped.char, escaped.char], anyCase)
      const whole: CharacterSet = { ...escaped, negated: false, anyCase: false }
      return { type: 'set', set: whole }
    }
    default: {
      if (readCount(reader) !== undefined) {
        throw new PatternError('a repetition of nothing', start, 'write a backslash before it for the character')
      }
      const char = reader.character()
      return set([char, char], anyCase)
    }
  }
}

/** Up to `\E`. */
function readQuoted(reader: PatternReader, anyCase: boolean): PatternNode[] {
  const items: PatternNode[] = []
  while (reader.next !== '' && !reader.take('\\E')) {
    const char = reader.character()
    items.push(set([char, char], anyCase))
  }
  return items
}

function readGroup(reader: PatternReader, flags: Flags, depth: number): PatternNode | undefined {
  const start = reader.at
  if (depth >= DEPTH_LIMIT) {
    throw new PatternError(`more than ${DEPTH_LIMIT} groups in each other`, start, 'take some of the parentheses away')
  }
  let inner: Flags | undefined = flags
  if (reader.take('(?')) inner = readGroupKind(reader, flags, start)
  else reader.at++
  if (inner === undefined) return undefined
  const node = readChoice(reader, inner, depth + 1)
  if (!reader.take(')')) {
    throw new PatternError('a group that does not end', start, 'close it with ")", or write "\\\\(" for the character')
  }
  return node
}

/** What stands behind `(?`: the flags inside of the group, or `undefined` when it only sets those that follow it. */
function readGroupKind(reader: PatternReader, flags: Flags, start: number): Flags | undefined {
  if (reader.match(/<?[=!]/y) !== undefined) {
    const kind = reader.source[start + 2] === '<' ? 'lookbehind' : 'lookahead'
    throw new PatternError(`a ${kind}`, start, LOOKAROUND)
  }
  if (reader.match(/P?<[\p{ID_Start}$_][\p{ID_Continue}$]*>/uy) !== undefined) return flags
  const found = reader.match(/([imsU]*)(?:-([imsU]+))?([:)])/y)
  if (found === undefined) {
    throw new PatternError('an unknown kind of group', start, '"(...)", "(?:...)", "(?<name>...)" or "(?i)"')
  }
  const inner = found[3] === ')' ? flags : { ...flags }
  for (const letter of found[1] ?? '') inner[FLAGS[letter as keyof typeof FLAGS]] = true
  for (const letter of found[2] ?? '') inner[FLAGS[letter as keyof typeof FLAGS]] = false
  return found[3] === ')' ? undefined : inner
}

function readQuantifier(reader: PatternReader, flags: Flags, item: PatternNode, start: number): PatternNode {
  const at = reader.at
  const count = readCount(reader)
  if (count === undefined) return item
  const [min, max] = count
  if (min > REPETITION_LIMIT || (max > REPETITION_LIMIT && max !== Number.POSITIVE_INFINITY)) {
    const advice = `counts of at most ${REPETITION_LIMIT}; an open end such as in "{${REPETITION_LIMIT},}" has no limit`
    throw new PatternError(`a count of more than ${REPETITION_LIMIT}`, at, advice)
  }
  if (max < min) throw new PatternError('a count whose end comes first', at, 'change its ends round')
  const greedy = reader.take('?') === flags.swapGreed
  const again = reader.at
  if (readCount(reader) !== undefined) {
    throw new PatternError('a repetition of a repetition', again, 'one of the two, or a group around the first')
  }
  if (item.type === 'assertion') throw new PatternError('a repetition of nothing', start, 'take it away')
  return { type: 'repeat', item, min, max, greedy }
}

/** A brace that is no count stands for itself. */
function readCount(reader: PatternReader): [number, number] | undefined {
  // Nearly every character of a pattern is asked.
  if (reader.next === '' || !'*+?{'.includes(reader.next)) return undefined
  const found = reader.match(/[*+?]|\{(\d{1,9})(,?)(\d{0,9})\}/y)
  if (found === undefined) return undefined
  const [text, min, comma, max] = found
  if (text === '*') return [0, Number.POSITIVE_INFINITY]
  if (text === '+') return [1, Number.POSITIVE_INFINITY]
  if (text === '?') return [0, 1]
  const least = Number(min)
  if (comma === '') return [least, least]
  return [least, max === '' ? Number.POSITIVE_INFINITY : Number(max)]
}
