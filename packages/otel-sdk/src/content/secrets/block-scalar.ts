/** A line break, also as an escape of JSON, itself escaped any number of times. */
const LINE_BREAK = String.raw`(?:\r?\n|(?:\\{1,8}r)?\\{1,8}n)`
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

export interface BlockStart {
  start: number
  /** The column of the key: what belongs to its value is indented further. */
  column: number
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
export function blockAfter(text: string, at: number, nameStart: number): BlockStart | undefined {
  HEADER.lastIndex = at
  if (!HEADER.test(text)) return undefined
  BLANK_LINES.lastIndex = HEADER.lastIndex
  BLANK_LINES.test(text)
  const lineStart = Math.max(BLANK_LINES.lastIndex, HEADER.lastIndex)
  const column = columnOf(text, nameStart)
  if (column === undefined) return undefined
  let start = lineStart
  while (start - lineStart < COLUMN_LIMIT && (text[start] === ' ' || text[start] === '\t')) start++
  return start - lineStart > column && start < text.length ? { start, column } : undefined
}

/** The end of a block scalar: before the first line that is indented no further than its key. */
export function blockEnd(text: string, start: number, column: number, until: number): number {
  let end = start
  for (let at = start; at < until; ) {
    LINE.lastIndex = at
    const [, indent = '', content = '', lineBreak = ''] = LINE.exec(text) ?? []
    if (at !== start && content !== '' && indent.length <= column) break
    if (content !== '') end = at + indent.length + content.length
    if (lineBreak === '') break
    at = LINE.lastIndex
  }
  return Math.min(end, until)
}

/** The value on the line after its name, as YAML has it: one word with letters and digits, indented further. */
export function valueOnNextLine(text: string, at: number, nameStart: number): number | undefined {
  const first = text[at]
  if (first !== '\n' && first !== '\r' && first !== ' ' && first !== '\\') return undefined
  NEXT_LINE.lastIndex = at
  const indent = NEXT_LINE.exec(text)?.[1]
  const column = indent === undefined ? undefined : columnOf(text, nameStart)
  return indent !== undefined && column !== undefined && indent.length > column ? NEXT_LINE.lastIndex : undefined
}
