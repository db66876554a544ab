import { type AssignedName, type AssignedValue, JUDGED_LIMIT, type Style } from './assignment.ts'
import { blockAfter, blockEnd, continuedEnd, valueOnNextLine } from './block-scalar.ts'
import { contentOf, contentOfNamed } from './element-value.ts'
import { LINE_BREAK } from './secret-rule.ts'

/** Between name and value: a closing quote with any number of backslashes, then `=`, `:`, `:=`, `=>` or `==`. */
const OPERATOR = /(\\{0,8}["'`])?(\]?[ \t]{0,8}(?::=|=>|={1,3}|:)[ \t]{0,8})/y
/** `--name value`, and `"--name", "value"` in a list of arguments. */
const ARGUMENT = /(?: {1,4}(?:\\\r?\n[ \t]{0,16})?(?:[EN](?='))?|\\{0,8}["'],[ \t]{0,4}(?=\\{0,8}["']))/y
/** Before a name in a call: `define('NAME', 'value')`. */
const CALL = /\(\\{0,8}["']$/
const OPENING = /(\\{0,8})(["'`])(?:(?:\1\2){2}(?!\1\2))?/y
/** A space that a shell is told to take as one. */
const SHELL_SPACE = /\\{1,8} {1,4}/y
/** What YAML has before a value: an anchor, the tag of a text. */
const PROPERTIES = /(?:(?:&[\w-]{1,64}|!!(?:str|binary)|!unsafe)(?:[ \t]{1,8}|(?=\r?\n|\\{1,8}[rn]))){1,2}/y
const SCHEME_START = /[abdntABDNT]/
/** Between a scheme and its credentials, also as an escape. */
const GAP = String.raw`(?:[ \t]|%20|\\{1,8}[ t]){1,4}`
const LAST_WORD = String.raw`[^\s:"'\x60\\<>{}$]{6,512}[ \t]{0,4}(?:[\r\n"'\\]|$)`
/** A header that goes on in the next line. */
const FOLD = String.raw`[ \t]{0,4}${LINE_BREAK}(?:[ \t]|\\{1,8}t){1,8}(?=${LAST_WORD})`
const FOLDED_HEADER = new RegExp(
  String.raw`(?:\\{1,8}t){0,2}(?:${LINE_BREAK}(?:[ \t]|\\{1,8}t){1,8})?(?=[A-Za-z][\w.-]{1,31}(?:[ \t]|\\{1,8}t){1,4}${LAST_WORD})`,
  'y',
)
const AUTH_SCHEME = new RegExp(`(?:bearer|basic|token|apikey|digest|negotiate|aws4-hmac-sha256)${GAP}`, 'iy')
/** In the header itself a scheme may have any name: `Splunk`, `GenieKey`, `SSWS`. */
const ANY_SCHEME = new RegExp(
  String.raw`(?:(bearer|basic|token|digest|splunk|geniekey|api-?key|api-?token|key|bot|ssws|gitlab|oauth|hawk|hmac|sharedkey(?:lite)?|sso-key|googlelogin|mac|private-token|zoho-oauthtoken|client-id)|[A-Za-z][\w.-]{1,31})(?:${GAP}|\+{1,4}|${FOLD})(?=[^\s"'\x60\\<>{}$])`,
  'iy',
)
/** `'Splunk ' + '...'`. */
const JOINED_SCHEME =
  /[A-Za-z][\w.-]{1,31}(?: |%20){1,4}\\{0,8}["'`][ \t]{0,4}(?:\+|\.{1,2}|&)[ \t]{0,4}(\\{0,8}["'`])/y
/** `Digest username="..."`, `AWS4-HMAC-SHA256 Credential=..., Signature=...`: the parts are not told apart. */
const PARAMETERS = /[\w-]{1,32}=(?=[\w"'\\/+])/y

/** The value that belongs to a name, if the text after the name says that there is one. */
export function valueAfter(text: string, name: AssignedName): AssignedValue | undefined {
  if (text[name.end] === '>') return contentOf(text, name)
  const isArgument = name.text.startsWith('--')
  const isAuthorization = /authorization$/i.test(name.text)
  let at: number
  let style: Style
  OPERATOR.lastIndex = name.end
  const operator = OPERATOR.exec(text)
  if (operator !== null) {
    at = OPERATOR.lastIndex
    style = styleOf(name.text, isArgument, operator[2] as string, operator[1] !== undefined)
  } else {
    const content = contentOfNamed(text, name)
    if (content !== undefined) return content
    ARGUMENT.lastIndex = name.end
    const expected = isArgument || name.inCommand || isAuthorization || isCalledWith(text, name)
    if (!expected || !ARGUMENT.test(text)) return undefined
    at = ARGUMENT.lastIndex
    style = name.inCommand ? 'environment' : 'argument'
  }
  at = after(SHELL_SPACE, text, at)
  if (style === 'colon' || style === 'spaced') {
    at = after(PROPERTIES, text, at)
    const isNameQuoted = operator?.[1] !== undefined
    const block = blockAfter(text, at, name.start, isNameQuoted)
    if (block !== undefined) return headOf(text, name, { style: 'block', ...block })
    if (isAuthorization) at = after(FOLDED_HEADER, text, at)
    at = valueOnNextLine(text, at, name.start, isNameQuoted) ?? at
  }
  OPENING.lastIndex = at
  const opening = OPENING.exec(text)
  const quote = opening?.[0]
  if (quote !== undefined) at = OPENING.lastIndex
  if (isAuthorization && quote !== undefined) {
    JOINED_SCHEME.lastIndex = at
    const second = JOINED_SCHEME.exec(text)?.[1]
    if (second !== undefined) return credentialsAfter(text, name, style, second, JOINED_SCHEME.lastIndex, 'known')
  }
  AUTH_SCHEME.lastIndex = at
  if (SCHEME_START.test(text.charAt(at)) && AUTH_SCHEME.test(text)) {
    return credentialsAfter(text, name, style, quote, AUTH_SCHEME.lastIndex, 'known')
  }
  if (isAuthorization) {
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

/** Where what stands at `at` ends, if the expression knows it; else `at`. */
function after(expression: RegExp, text: string, at: number): number {
  expression.lastIndex = at
  return expression.test(text) ? expression.lastIndex : at
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

const BARE_END = /[\s"'`\\;&|<>)]/
const LINE_END = /[\r\n\\]/
const BARE_END_IN_DATA = /[\s"'`\\;&|<>),}\]]/

/** Where a value ends; looks no further than `limit`. */
export function endOf(text: string, value: AssignedValue, limit: number = text.length): number {
  const until = Math.min(limit, text.length)
  if (value.style === 'element') return elementEnd(text, value.start)
  if (value.style === 'block') return blockEnd(text, value, until)
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
  const end = quotedEnd(text, value.start, value.quote, until)
  const goesOn =
    (value.style === 'colon' || value.style === 'spaced') &&
    mark === value.quote &&
    text[end] === '\n' &&
    limit >= text.length
  return goesOn ? continuedEnd(text, end, value) : end
}

/** Before the next tag, or the end of a section that is not parsed. */
function elementEnd(text: string, start: number): number {
  const content = text.slice(start, text.indexOf('<', start))
  return start + content.replace(/\]\]>\s{0,64}$/, '').length
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
