/** Longest part of a value that is judged, in UTF-16 units. */
const JUDGED_LIMIT = 256

/** Between name and value: a closing quote with any number of backslashes, then `=`, `:`, `:=`, `=>` or `==`. */
const OPERATOR = /(\\{0,8}["'`])?(\]?[ \t]{0,8}(?::=|=>|={1,3}|:)[ \t]{0,8})/y
/** `--name value`, and `"--name", "value"` in a list of arguments. */
const ARGUMENT = /(?: {1,4}|\\{0,8}["'],[ \t]{0,4}(?=\\{0,8}["']))/y
/** Before a name in a call: `define('NAME', 'value')`. */
const CALL = /\(\\{0,8}["']$/
/** `<name>value</name>`. */
const ELEMENT = />([^<>]{1,1024})<\//y
const OPENING = /(\\{0,8})(["'`])/y
const SCHEME_START = /[abdntABDNT]/
const AUTH_SCHEME = /(?:bearer|basic|token|apikey|digest|negotiate|aws4-hmac-sha256)(?: |%20){1,4}/iy

/** How an assignment is written: decides which values count and where they end. */
export type Style = 'environment' | 'argument' | 'tight' | 'spaced' | 'colon' | 'element'

/** A name that a value may belong to, and where it stands. */
export interface AssignedName {
  text: string
  start: number
  end: number
  /** A command before it says that a space stands between it and its value: `ENV NAME value`. */
  inCommand: boolean
}

export interface AssignedValue {
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

/** The value that belongs to a name, if the text after the name says that there is one. */
export function valueAfter(text: string, name: AssignedName): AssignedValue | undefined {
  if (text[name.end] === '>') return contentOf(text, name)
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
    const expected = isArgument || name.inCommand || /authorization$/i.test(name.text) || isCalledWith(text, name)
    if (!expected || !ARGUMENT.test(text)) return undefined
    at = ARGUMENT.lastIndex
    style = name.inCommand ? 'environment' : 'argument'
  }
  OPENING.lastIndex = at
  const opening = OPENING.exec(text)
  const quote = opening?.[0]
  if (quote !== undefined) at = OPENING.lastIndex
  AUTH_SCHEME.lastIndex = at
  const scheme = SCHEME_START.test(text.charAt(at)) && AUTH_SCHEME.test(text)
  if (scheme) at = AUTH_SCHEME.lastIndex
  const value: AssignedValue = { style, start: at, quote, scheme, head: '', next: '', nameStart: name.start }
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

/** Only names in the spelling of environment variables: the first argument of a call is often the name of a field. */
function isCalledWith(text: string, { text: name, start }: AssignedName): boolean {
  return name === name.toUpperCase() && CALL.test(text.slice(Math.max(0, start - 10), start))
}

function contentOf(text: string, name: AssignedName): AssignedValue | undefined {
  if (text[name.start - 1] !== '<') return undefined
  ELEMENT.lastIndex = name.end
  const content = ELEMENT.exec(text)?.[1]
  if (content === undefined || !text.startsWith(`${name.text}>`, ELEMENT.lastIndex)) return undefined
  const head = content.slice(0, JUDGED_LIMIT)
  const start = name.end + 1
  return { style: 'element', start, quote: undefined, scheme: false, head, next: '<', nameStart: name.start }
}

const BARE_END = /[\s"'`\\;&|<>)]/
const BARE_END_IN_DATA = /[\s"'`\\;&|<>),}\]]/

/** Where a value ends; looks no further than `limit`. */
export function endOf(text: string, value: AssignedValue, limit: number = text.length): number {
  const until = Math.min(limit, text.length)
  if (value.style === 'element') return text.indexOf('<', value.start)
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
