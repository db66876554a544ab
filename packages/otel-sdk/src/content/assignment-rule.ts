import { judgeName, type SecretName } from './secret-name.ts'
import { anyCase, type SecretMatch, type SecretRule } from './secret-rule.ts'
import { isLocation, isPlaceholder, looksRandom } from './secret-value.ts'

/** Longest name that is looked at, and longest part of a value that is judged, in UTF-16 units. */
const NAME_LIMIT = 64
const JUDGED_LIMIT = 256

/** What the character of a code may be: part of a name, or the first one between a name and its value. */
const NAME_PART = 1
const AFTER_NAME = 2
const roles = new Uint8Array(0x10000)
for (const char of 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-')
  roles[char.charCodeAt(0)] = NAME_PART
for (const char of ' \t=:"\'`\\]') roles[char.charCodeAt(0)] = AFTER_NAME

/** Between name and value: a closing quote with any number of backslashes, then `=`, `:`, `:=`, `=>` or `==`. */
const OPERATOR = /(\\{0,8}["'`])?(\]?[ \t]{0,8}(?::=|=>|={1,3}|:)[ \t]{0,8})/y
/** `--name value`, and `"--name", "value"` in a list of arguments. */
const ARGUMENT = /(?: {1,4}|\\{0,8}["'],[ \t]{0,4}(?=\\{0,8}["']))/y
const OPENING = /(\\{0,8})(["'`])/y
const SCHEME_START = /[abdntABDNT]/
const AUTH_SCHEME = /(?:bearer|basic|token|apikey|digest|negotiate|aws4-hmac-sha256)(?: |%20){1,4}/iy

/** How an assignment is written: decides which values count and where they end. */
type Style = 'environment' | 'argument' | 'tight' | 'spaced' | 'colon'

/** `NAME=value`, `"name": "value"`, `name: value`, `--name value`, for names that speak of credentials. */
export const assignmentRule: SecretRule = {
  anchors: [
    ['kK', 'eE', 'yY', ' \t=:"\'`\\_-]0123456789'],
    anyCase('toke'),
    anyCase('secr'),
    ['pP', 'aA', 'sS', 'sS'],
    ['pP', 'wW', 'dD', ' \t=:"\'`\\_-]0123456789'],
    anyCase('ntia'),
    anyCase('riza'),
  ],
  match(text, at) {
    const name = nameAround(text, at)
    if (name === undefined) return undefined
    const judged = judgeName(name.text)
    if (judged === undefined) return undefined
    const value = valueAfter(text, name)
    if (value === undefined || !isSecret(text, judged, value)) return undefined
    return { start: value.start, end: endOf(text, value), kind: judged.kind } satisfies SecretMatch
  },
}

interface Name {
  text: string
  start: number
  end: number
}

/** Most names are followed by something else than an operator: that is looked at first. */
function nameAround(text: string, at: number): Name | undefined {
  let end = at
  while (end - at < NAME_LIMIT && roles[text.charCodeAt(end)] === NAME_PART) end++
  if (roles[text.charCodeAt(end)] !== AFTER_NAME) return undefined
  let start = at
  while (start > 0 && at - start < NAME_LIMIT && roles[text.charCodeAt(start - 1)] === NAME_PART) start--
  if (text.charCodeAt(end) === SPACE && !mayFollowSpace(text, start, end)) return undefined
  // In `\nAPI_KEY` the `n` belongs to the escape.
  if (text.charAt(start - 1) === '\\' && /[bfnrt]/.test(text.charAt(start)) && start < at) start++
  return { text: text.slice(start, end), start, end }
}

const SPACE = 0x20

/** After a space: an operator, a value if the name is that of an argument, or more spaces. */
function mayFollowSpace(text: string, start: number, end: number): boolean {
  const next = text.charAt(end + 1)
  return next === '=' || next === ':' || next === ' ' || next === '\t' || text.startsWith('--', start)
}

interface Value {
  style: Style
  start: number
  /** The closing quote with its backslashes; absent when the value is not quoted. */
  quote: string | undefined
  /** A scheme of HTTP authentication stood before it. */
  scheme: boolean
  /** At most `JUDGED_LIMIT` units of it. */
  head: string
  /** The character after `head`; empty at the end of the text. */
  next: string
  nameStart: number
}

function valueAfter(text: string, name: Name): Value | undefined {
  const isArgument = name.text.startsWith('--')
  let at: number
  let style: Style
  OPERATOR.lastIndex = name.end
  const operator = OPERATOR.exec(text)
  if (operator !== null) {
    at = OPERATOR.lastIndex
    style = styleOf(name.text, isArgument, operator[2] as string, operator[1] !== undefined)
  } else {
    ARGUMENT.lastIndex = name.end
    if (!(isArgument || /authorization$/i.test(name.text)) || !ARGUMENT.test(text)) return undefined
    at = ARGUMENT.lastIndex
    style = 'argument'
  }
  OPENING.lastIndex = at
  const opening = OPENING.exec(text)
  const quote = opening?.[0]
  if (quote !== undefined) at = OPENING.lastIndex
  AUTH_SCHEME.lastIndex = at
  const scheme = SCHEME_START.test(text.charAt(at)) && AUTH_SCHEME.test(text)
  if (scheme) at = AUTH_SCHEME.lastIndex
  const value: Value = { style, start: at, quote, scheme, head: '', next: '', nameStart: name.start }
  const end = endOf(text, value, at + JUDGED_LIMIT)
  value.head = text.slice(at, end)
  value.next = text.charAt(end)
  return value
}

function styleOf(name: string, isArgument: boolean, operator: string, quotedName: boolean): Style {
  if (isArgument) return 'argument'
  if (operator.includes(':') && !operator.includes('=')) return quotedName ? 'spaced' : 'colon'
  if (operator !== '=') return 'spaced'
  return name === name.toUpperCase() ? 'environment' : 'tight'
}

function beginsLine(text: string, start: number): boolean {
  let index = start - 1
  while (index >= 0 && start - index < NAME_LIMIT && /[ \t-]/.test(text[index] as string)) index--
  return index < 0 || text[index] === '\n' || (text[index - 1] === '\\' && text[index] === 'n')
}

/** Errs on the side of replacing where the name is clear, and of leaving ordinary code alone where it is not. */
function isSecret(text: string, name: SecretName, value: Value): boolean {
  const { head, style } = value
  if (name.strength === 'weak' && (style !== 'argument' || name.kind === 'key')) {
    return looksRandom(head, name.kind === 'key' && style !== 'argument') && !isPlaceholder(head) && !isLocation(head)
  }
  if (isPlaceholder(head) || (name.kind !== 'password' && isLocation(head))) return false
  if (name.kind !== 'password' && /^-?[\d.,_]{1,12}$/.test(head)) return false
  if (name.kind === 'authorization') return value.scheme || looksRandom(head, false)
  if (style === 'environment') return true
  if (value.quote !== undefined) {
    // `prompt("Password: ")`: the quote ends a text instead of beginning one.
    if (style === 'colon' && /^[),;\]}]/.test(head)) return false
    return !/\s/.test(head) || /\d/.test(head)
  }
  if (head.length < 3 || /^[([{&|!]/.test(head)) return false
  if (style === 'argument') return !/^[A-Z_]+\]?$/.test(head)
  // Not quoted: in code that is an expression.
  if (/^[A-Za-z_$][\w.$]*[([<?]/.test(head + value.next)) return false
  const isWord = /^[A-Za-z_$][A-Za-z_$.]*$/.test(head)
  if (!isWord) return !/^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+$/.test(head)
  if (style === 'tight') return !/[,)]/.test(value.next) && !head.includes('.')
  if (style === 'colon')
    return beginsLine(text, value.nameStart) && /^[a-z]+$/.test(head) && endsLine(text, value.start + head.length)
  return false
}

function endsLine(text: string, at: number): boolean {
  const next = text.charAt(at)
  return next === '' || next === '\n' || next === '\r' || (next === '\\' && /[nr]/.test(text.charAt(at + 1)))
}

const BARE_END = /[\s"'`\\;&|<>)]/
const BARE_END_IN_DATA = /[\s"'`\\;&|<>),}\]]/

/** Where a value ends; looks no further than `limit`. */
function endOf(text: string, value: Value, limit: number = text.length): number {
  const until = Math.min(limit, text.length)
  if (value.quote === undefined) {
    const ends = value.style === 'environment' || value.style === 'argument' ? BARE_END : BARE_END_IN_DATA
    // A bounded look-up must not run through the rest of the text.
    const offset = text.slice(value.start, until).search(ends)
    return offset < 0 ? until : value.start + offset
  }
  return quotedEnd(text, value.start, value.quote, until)
}

/**
 * The end of a quoted value: its quote with the same number of backslashes. Fewer end the text around it; more are an
 * escaped quote inside. A line break ends it as well.
 */
function quotedEnd(text: string, start: number, opening: string, until: number): number {
  const depth = opening.length - 1
  const quote = opening.charCodeAt(depth)
  let backslashes = 0
  for (let index = start; index < until; index++) {
    const code = text.charCodeAt(index)
    if (code === 0x5c) {
      backslashes++
      continue
    }
    if (code === 0x0a) return index
    if (code === quote || (depth > 0 && code === 0x22)) {
      if (closes(backslashes, depth)) return index - Math.min(backslashes, depth)
    }
    backslashes = 0
  }
  return until
}

/** Of `depth` 0, an even number of backslashes escapes itself; deeper, the quote of a level is written with exactly so many. */
function closes(backslashes: number, depth: number): boolean {
  return depth === 0 ? backslashes % 2 === 0 : backslashes <= depth
}
