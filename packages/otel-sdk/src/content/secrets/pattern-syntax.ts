/** One piece of a regular expression: as much of its syntax as the checks need. */
interface Piece {
  type: 'char' | 'class' | 'open' | 'close' | 'or' | 'assertion'
  /** The character meant, for `char`. */
  char: string
  /** Of the quantifier behind the piece: how often at least and at most. */
  min: number
  max: number
}

const QUANTIFIER = /(?:[*+?]|\{(\d+)(,)?(\d*)\})\??/y
const ESCAPED_CLASS = /\\(?:[dDwWsS]|[pP]\{[^}]*\}|[1-9]\d*|k<[^>]*>|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|c[A-Za-z]|0)/y
const CHAR_CLASS = /\[(?:\\[\s\S]|[^\]\\])*\]/y
const GROUP = /\((?:\?(?::|=|!|<=|<!|<[^>]*>|[a-z-]*:))?/y
/** From this many repetitions on a quantifier counts as unbounded. */
const MANY = 32

/** Splits a source that compiles; with the quantifiers of groups at their closing parenthesis. */
function pieces(source: string): Piece[] {
  const found: Piece[] = []
  let index = 0
  const take = (expression: RegExp): string | undefined => {
    expression.lastIndex = index
    const text = expression.exec(source)?.[0]
    if (text !== undefined) index += text.length
    return text
  }
  while (index < source.length) {
    const char = source[index] as string
    let piece: Piece = { type: 'char', char, min: 1, max: 1 }
    if (char === '(') {
      take(GROUP)
      piece.type = 'open'
    } else if (char === '[') {
      take(CHAR_CLASS)
      piece.type = 'class'
    } else if (char === '\\') {
      if (take(ESCAPED_CLASS) !== undefined) piece.type = 'class'
      else {
        const escaped = source[index + 1] ?? ''
        const type = /[bB]/.test(escaped) ? 'assertion' : /[a-z]/i.test(escaped) ? 'class' : 'char'
        piece = { ...piece, type, char: escaped }
        index += 2
      }
    } else {
      index++
      if (char === ')') piece.type = 'close'
      else if (char === '|') piece.type = 'or'
      else if (char === '^' || char === '$') piece.type = 'assertion'
      else if (char === '.') piece.type = 'class'
    }
    if (piece.type !== 'open' && piece.type !== 'or') {
      QUANTIFIER.lastIndex = index
      const quantifier = QUANTIFIER.exec(source)
      if (quantifier !== null) {
        index += quantifier[0].length
        ;[piece.min, piece.max] = bounds(quantifier)
      }
    }
    found.push(piece)
  }
  return found
}

function bounds([text, min, comma, max]: RegExpExecArray): [number, number] {
  if (text.startsWith('*')) return [0, Number.POSITIVE_INFINITY]
  if (text.startsWith('+')) return [1, Number.POSITIVE_INFINITY]
  if (text.startsWith('?')) return [0, 1]
  const least = Number(min)
  return [least, comma === undefined ? least : max ? Number(max) : Number.POSITIVE_INFINITY]
}

/** What makes a pattern exponential, in words; `undefined` when nothing does. */
export function findNestedQuantifier(source: string): string | undefined {
  if (/\\(?:[1-9]|k<)/.test(source.replace(/\\\\/g, ''))) return 'uses a back reference; those are not allowed'
  const groups: { repeats: boolean; alternatives: boolean }[] = []
  for (const piece of pieces(source)) {
    const group = groups.at(-1)
    if (piece.type === 'open') groups.push({ repeats: false, alternatives: false })
    else if (piece.type === 'or' && group) group.alternatives = true
    else if (piece.type === 'close' && group) {
      groups.pop()
      if (piece.max > 1 && group.repeats)
        return 'repeats a group that repeats something itself; take the inner or outer repetition away'
      if (piece.max >= MANY && group.alternatives)
        return 'repeats a group of alternatives; use a character class, or fewer than 32 repetitions'
      const outer = groups.at(-1)
      if (outer && (group.repeats || piece.max >= MANY)) outer.repeats = true
      if (outer && group.alternatives) outer.alternatives = true
    } else if (piece.max >= MANY && group) group.repeats = true
  }
  return undefined
}

/** The longest text, of three characters or more, that every match contains; `undefined` when none can be told. */
export function requiredLiteral(source: string): string | undefined {
  let longest = ''
  let run = ''
  let depth = 0
  for (const { type, char, min, max } of pieces(source)) {
    if (type === 'or' && depth === 0) return undefined
    if (type === 'open') depth++
    if (type === 'close') depth--
    if (type === 'char' && depth === 0 && min > 0) {
      run += char
      if (run.length > longest.length) longest = run
      if (max > 1) run = ''
    } else if (type !== 'assertion') run = ''
  }
  return longest.length >= 3 ? longest : undefined
}
