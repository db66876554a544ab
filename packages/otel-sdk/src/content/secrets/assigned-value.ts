import { blockAfter, blockEnd, valueOnNextLine } from './block-scalar.ts'

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
const OPENING = /(\\{0,8})(["'`])(?:(?:\1\2){2}(?!\1\2))?/y
const SCHEME_START = /[abdntABDNT]/
const AUTH_SCHEME = /(?:bearer|basic|token|apikey|digest|negotiate|aws4-hmac-sha256)(?: |%20){1,4}/iy
/** In the header itself a scheme may have any name: `Splunk`, `GenieKey`, `SSWS`. */
const ANY_SCHEME =
  /(?:(splunk|geniekey|api-?key|api-?token|key|bot|ssws|gitlab|oauth|hawk|hmac|sharedkey(?:lite)?|sso-key|googlelogin|mac|private-token|zoho-oauthtoken|client-id)|[A-Za-z][\w.-]{1,31})(?: |%20|\+){1,4}(?=[^\s"'`\\<>{}$])/iy
/** `Digest username="..."`, `AWS4-HMAC-SHA256 Credential=..., Signature=...`: the parts are not told apart. */
const PARAMETERS = /[\w-]{1,32}=(?=[\w"'\\/+])/y

/** How an assignment is written: decides which values count and where they end. */
export type Style = 'environment' | 'argument' | 'tight' | 'spaced' | 'colon' | 'element' | 'block'

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
  /** A scheme of HTTP authentication stood before it: one that nothing else is called, or a word. */
  scheme: 'known' | 'other' | undefined
  /** What follows the scheme is a list of parameters, up to the end of the header. */
  parameters?: boolean
  /** The column of the name, of a block scalar. */
  column?: number
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
  if (style === 'colon' || style === 'spaced') {
    const block = blockAfter(text, at, name.start)
    if (block !== undefined) return headOf(text, name, { style: 'block', ...block })
    at = valueOnNextLine(text, at, name.start) ?? at
  }
  OPENING.lastIndex = at
  const opening = OPENING.exec(text)
  const quote = opening?.[0]
  if (quote !== undefined) at = OPENING.lastIndex
  AUTH_SCHEME.lastIndex = at
  if (SCHEME_START.test(text.charAt(at)) && AUTH_SCHEME.test(text)) {
    return credentialsAfter(text, name, style, quote, AUTH_SCHEME.lastIndex, 'known')
  }
  if (/authorization$/i.test(name.text)) {
    ANY_SCHEME.lastIndex = at
    const scheme = ANY_SCHEME.exec(text)
    if (scheme !== null) {
      return credentialsAfter(
        text,
        name,
        style,
        quote,
        ANY_SCHEME.lastIndex,
        scheme[1] === undefined ? 'other' : 'known',
      )
    }
  }
  return headOf(text, name, { style, start: at, quote })
}

function credentialsAfter(
  text: string,
  name: AssignedName,
  style: Style,
  quote: string | undefined,
  start: number,
  scheme: 'known' | 'other',
): AssignedValue {
  PARAMETERS.lastIndex = start
  const parameters = /authorization$/i.test(name.text) && PARAMETERS.test(text)
  // The quote may stand before the name: `-H 'Authorization: Digest ...'`.
  const around =
    quote ?? (parameters ? QUOTE_BEFORE.exec(text.slice(Math.max(0, name.start - 9), name.start))?.[0] : undefined)
  return headOf(text, name, { style, start, quote: around, scheme, parameters })
}

const QUOTE_BEFORE = /\\{0,8}["'`]$/

type Found = Pick<AssignedValue, 'style' | 'start'> & Partial<AssignedValue>

function headOf(text: string, name: AssignedName, found: Found): AssignedValue {
  const value: AssignedValue = {
    quote: undefined,
    scheme: undefined,
    head: '',
    next: '',
    nameStart: name.start,
    ...found,
  }
  const end = endOf(text, value, value.start + JUDGED_LIMIT)
  value.head = text.slice(value.start, end)
  value.next = text.charAt(end)
  return value
}

function styleOf(name: string, isArgument: boolean, operator: string, quotedName: boolean): Style {
  if (isArgument) return 'argument'
  if (operator.includes(':') && !operator.includes('=')) return quotedName ? 'spaced' : 'colon'
  if (operator !== '=') return 'spaced'
  return name === name.toUpperCase() ? 'environment' : 'tight'
}

/** Only names as environment variables and headers have them: the first argument of a call is often that of a field. */
function isCalledWith(text: string, { text: name, start }: AssignedName): boolean {
  return (name === name.toUpperCase() || name.includes('-')) && CALL.test(text.slice(Math.max(0, start - 10), start))
}

function contentOf(text: string, name: AssignedName): AssignedValue | undefined {
  if (text[name.start - 1] !== '<') return undefined
  ELEMENT.lastIndex = name.end
  const content = ELEMENT.exec(text)?.[1]
  if (content === undefined || !text.startsWith(`${name.text}>`, ELEMENT.lastIndex)) return undefined
  const head = content.slice(0, JUDGED_LIMIT)
  const start = name.end + 1
  return { style: 'element', start, quote: undefined, scheme: undefined, head, next: '<', nameStart: name.start }
}

const BARE_END = /[\s"'`\\;&|<>)]/
const LINE_END = /[\r\n\\]/
const BARE_END_IN_DATA = /[\s"'`\\;&|<>),}\]]/

/** Where a value ends; looks no further than `limit`. */
export function endOf(text: string, value: AssignedValue, limit: number = text.length): number {
  const until = Math.min(limit, text.length)
  if (value.style === 'element') return text.indexOf('<', value.start)
  if (value.style === 'block') return blockEnd(text, value.start, value.column ?? 0, until)
  if (value.quote === undefined) {
    const ends = value.parameters
      ? LINE_END
      : value.style === 'environment' || value.style === 'argument'
        ? BARE_END
        : BARE_END_IN_DATA
    // A bounded look-up must not run through the rest of the text.
    const offset = text.slice(value.start, until).search(ends)
    return offset < 0 ? until : value.start + offset
  }
  const mark = value.quote.replaceAll('\\', '')
  if (mark.length === 3) {
    const length = text.slice(value.start, until).indexOf(value.quote)
    return length < 0 ? until : value.start + length
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
