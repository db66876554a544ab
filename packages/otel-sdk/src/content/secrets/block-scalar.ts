import { LINE_BREAK } from './secret-rule.ts'

/** `|`, `>-`, `|2+` and a comment, up to the end of the line. */
const HEADER = new RegExp(String.raw`[|>][+-]?\d?[+-]?[ \t]{0,8}(?:#[^\n\\]{0,80})?${LINE_BREAK}`, 'y')
const BLANK_LINES = new RegExp(String.raw`(?:[ \t]{0,64}${LINE_BREAK}){0,8}`, 'y')
const LINE = new RegExp(String.raw`([ \t]*)([^\n\r\\]*(?:\\+(?!n|r)[^\n\r\\]*)*)(${LINE_BREAK}|)`, 'y')
/** One word on the line after the name, which is neither a key nor the beginning of anything else. */
const NEXT_LINE = new RegExp(
  String.raw`[ \t]{0,8}${LINE_BREAK}([ \t]{1,64})(?=["']?[^\s:(){}[\],;#|>&*!"'\\-][^\s:(){}[\],;"'\\]{5,256}["']?[ \t]{0,8}(?:${LINE_BREAK}|$))(?=\S*\d)(?=\S*[A-Za-z])`,
  'y',
)
const COLUMN_LIMIT = 256

/** A block scalar, or what is known of one. */
export interface Block {
  start: number
  /** The column of the key: what belongs to its value is indented further. */
  column?: number
  /** What ends the text that it stands in, where its line breaks are written as escapes. */
  around?: RegExp
}

/** How many characters stand before `at` on its line. Of a line that is longer than 256, undefined. */
export function columnOf(text: string, at: number): number | undefined {
  for (let index = at - 1; index >= 0 && at - index <= COLUMN_LIMIT; index--) {
    const char = text[index]
    if (char === '\n' || (char === 'n' && text[index - 1] === '\\')) return at - index - 1
    if (index === 0) return at
  }
  return at === 0 ? 0 : undefined
}

/** The first line of a block scalar whose header (`|`, `>-`) stands at `at`. */
export function blockAfter(text: string, at: number, nameStart: number, isNameQuoted: boolean): Block | undefined {
  HEADER.lastIndex = at
  if (!HEADER.test(text)) return undefined
  const headerEnd = HEADER.lastIndex
  BLANK_LINES.lastIndex = headerEnd
  BLANK_LINES.test(text)
  const lineStart = Math.max(BLANK_LINES.lastIndex, headerEnd)
  const around = text[headerEnd - 1] === 'n' ? opening(text, nameStart, isNameQuoted) : undefined
  const column = around?.column ?? columnOf(text, nameStart)
  if (column === undefined) return undefined
  let start = lineStart
  while (start - lineStart < COLUMN_LIMIT && (text[start] === ' ' || text[start] === '\t')) start++
  if (start - lineStart <= column || start >= text.length) return undefined
  if (text[headerEnd - 1] !== 'n') return { start, column }
  let backslashes = 0
  while (text[headerEnd - 2 - backslashes] === '\\') backslashes++
  return { start, column, around: ENDS[around?.quote === "'" ? "'" : '"'](backslashes) }
}

/** The quote that begins the text whose first line the name stands on, and its column there. */
export function opening(
  text: string,
  nameStart: number,
  isNameQuoted: boolean,
): { quote: string; column: number } | undefined {
  const before = text.slice(Math.max(0, nameStart - LEAD_UNITS), nameStart)
  const lead = (isNameQuoted ? LEAD_OF_QUOTED : LEAD).exec(before)
  if (lead === null) return undefined
  return { quote: lead[1] as string, column: (lead[2] as string).length }
}

const LEAD_UNITS = 64
const LEAD = /(["'`])([ \t]{0,32}(?:-[ \t]{1,8})?)$/
const LEAD_OF_QUOTED = /(["'`])([ \t]{0,32}(?:-[ \t]{1,8})?)\\{1,8}["']$/

const endings = new Map<string, RegExp>()
/** A quote with fewer backslashes than the line breaks have. */
function ending(quote: string, backslashes: number): RegExp {
  const key = `${quote}${backslashes}`
  const known = endings.get(key)
  if (known !== undefined) return known
  const made = new RegExp(String.raw`(?<!\\{${backslashes}})${quote}`)
  endings.set(key, made)
  return made
}
const ENDS = {
  '"': (backslashes: number): RegExp => ending('"', backslashes),
  "'": (backslashes: number): RegExp => ending(`["']`, backslashes),
}

/** The end of a block scalar: before the first line that is indented no further than its key. */
export function blockEnd(text: string, { start, column = 0, around }: Block, until: number): number {
  let end = start
  for (let at = start; at < until; ) {
    LINE.lastIndex = at
    const [, indent = '', content = '', lineBreak = ''] = LINE.exec(text) ?? []
    if (at !== start && content !== '' && indent.length <= column) break
    const length = around === undefined ? -1 : content.search(around)
    if (length >= 0) {
      const kept = content.slice(0, length).replace(/\\+$/, '')
      if (kept !== '') end = at + indent.length + kept.length
      break
    }
    if (content !== '') end = at + indent.length + content.length
    if (lineBreak === '') break
    at = LINE.lastIndex
  }
  return Math.min(end, until)
}

/**
 * The end of a quoted value whose first line ends at `at`, before its quote: the quote that ends one of the next lines,
 * all indented further than the name. Without one, the value ends with its line.
 */
export function continuedEnd(
  text: string,
  at: number,
  value: { quote: string | undefined; nameStart: number },
): number {
  const column = columnOf(text, value.nameStart)
  if (column === undefined) return at
  CONTINUED.lastIndex = at
  for (let line = 0; line < CONTINUED_LINES; line++) {
    const [, indent = '', content, quote = ''] = CONTINUED.exec(text) ?? []
    if (content === undefined || indent.length <= column) return at
    if (quote === value.quote) return CONTINUED.lastIndex - 1
    if (quote !== '') return at
  }
  return at
}

const CONTINUED_LINES = 32
/** A line without a quote, or up to one at its end. */
const CONTINUED =
  /(?:\r?\n[ \t]{0,64}){0,4}?\r?\n([ \t]{1,64})([^"'\r\n\\]{0,256}(?:\\[^\n][^"'\n\\]{0,256}){0,16}\\?)(?:(["'])(?=[ \t]{0,8}(?:#[^\n]{0,80})?(?:\r?\n|$))|(?=\r?\n))/y

/** The value on the line after its name, as YAML has it: one word with letters and digits, indented further. */
export function valueOnNextLine(
  text: string,
  at: number,
  nameStart: number,
  isNameQuoted: boolean,
): number | undefined {
  const first = text[at]
  if (first !== '\n' && first !== '\r' && first !== ' ' && first !== '\\') return undefined
  NEXT_LINE.lastIndex = at
  const indent = NEXT_LINE.exec(text)?.[1]
  const column =
    indent === undefined ? undefined : (opening(text, nameStart, isNameQuoted)?.column ?? columnOf(text, nameStart))
  return indent !== undefined && column !== undefined && indent.length > column ? NEXT_LINE.lastIndex : undefined
}
