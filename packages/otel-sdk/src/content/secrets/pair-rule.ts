import { endOf, valueAfter } from './assigned-value.ts'
import type { AssignedValue } from './assignment.ts'
import { columnOf } from './block-scalar.ts'
import { endsLine, isSecretValue } from './judge-value.ts'
import { withoutScheme } from './named-value.ts'
import { judgeKey, type SecretName } from './secret-name.ts'
import { anyCase, LINE_BREAK, type SecretRule } from './secret-rule.ts'
import { isPlaceholder } from './secret-value.ts'

/** How far from the value the name may stand, in UTF-16 units. */
const REACH = 400
const KEY_LIMIT = 24
/** `name: DB_PASSWORD`, `"Key": "api-key"`, `name="password"`. */
const NAME =
  /(?<![A-Za-z_-])(?:[A-Za-z_-]{0,16}(?:name|key|variable|field|header|option|property)|var|env|id)\\{0,8}["']?[ \t]{0,8}(?::|=>?)[ \t]{0,8}\\{0,8}["'`]?([A-Za-z_][\w.:-]{1,63})(?![\w.:-])/gi
const MAY_BE_SECRET = /pass|pwd|secret|token|key|auth|cred|cookie|_pat|x-/i
/** What begins the thing that the name and the value belong to, looked at backwards from the value. */
const BEGINS = /[{}<]|(?:\n|\\n)[ \t]*-[ \t]|\n[ \t]*\r?\n/g
const ENDS = /[{}<>]|(?:\n|\\n)[ \t]*-[ \t]|\n[ \t]*\r?\n/
const ENDS_OF_ITEM = /[{}<>]|(?:\n|\\n)[ \t]*-[ \t]/
/** The key `value` on a line of its own, further in than the first column, or first in an item of a list. */
const INDENTED = /(?:\n|\\n)([ \t]+)\\{0,8}["']?$/
const LINE_BREAKS = new RegExp(LINE_BREAK)
/** A text of JSON whose braces are none of the data's. */
const TEXT = /(?<=[:,[]\s?\\{0,8})"[^"\\\n]{1,200}\\{0,8}"(?=\s?[,}\]])/g
const INDENTED_ITEM = /(?:^|\n|\\n)(?:[ \t]*-[ \t]+|[ \t]+)\\{0,8}["']?$/
const NESTED = /([:=[,]\s{0,16})\{[^{}]{0,200}\}/g
const INNER_END = /^\\{0,8}["']?\s{0,32}\}/
/** `"value": {"stringValue": "..."}`: the name belongs to what is around. */
const INSIDE = /valu\w{0,2}\\{0,8}["']?[ \t]{0,4}[:=]?\s{0,32}(?:\[(?:[^[\]]{0,200},)?\s{0,32})?$/i
/** How many things may be around a value: `"value": {"arrayValue": {"values": [{"stringValue": "..."}]}}`. */
const LEVELS = 5
/** Postman's lists of what a scheme takes, whose entries are called `value` and `token`. */
const SCHEME_LIST = /(apikey|bearer)\\{0,8}["']\s{0,8}:\s{0,16}\[[^\]]*$/i
/** `<name>...</name>` before `<value>`, with other elements in between, and `<property name="...">` around it. */
const SIBLING =
  /<([a-z_-]{0,16}(?:name|key))>\s{0,16}([\w.:-]{2,64})\s{0,16}<\/\1>(?:(?:\s|\\{1,8}[nrt]){0,32}<([\w.-]{1,32})>[^<]{0,128}<\/\3>){0,4}(?:\s|\\{1,8}[nrt]){0,32}<$/i
const PARENT =
  /<([\w:.-]{1,32})\s(?:[^<>]{0,128}\s)?(?:name|key|id)=\\{0,8}["']([\w.:-]{2,64})\\{0,8}["'][^<>]{0,128}>(?:\s|\\{1,8}[nrt]){0,32}<$/i

/** A name and its value under two keys: `{"name": "DB_PASSWORD", "value": "..."}`, in either order. */
export const pairRule: SecretRule = {
  anchors: [anyCase('valu')],
  match(text, at) {
    const end = at + 'value'.length
    if ((text.charCodeAt(end - 1) | 0x20) !== 0x65 || isNamePart(text.charCodeAt(end))) return undefined
    let start = at
    while (start > 0 && at - start < KEY_LIMIT && isNamePart(text.charCodeAt(start - 1))) start--
    const key = text.slice(start, end)
    if (key.startsWith('--')) return undefined
    const given = valueAfter(text, { text: key, start, end, inCommand: false })
    if (given === undefined || isPlaceholder(given.head)) return undefined
    const name = nameBefore(text, start) ?? nameAfter(text, given)
    if (name === undefined) return undefined
    const value = withoutScheme(name.judged, given)
    if (!isSecretOf(text, name, value)) return undefined
    return { start: value.start, end: endOf(text, value), kind: name.judged.kind }
  },
}

interface Name {
  judged: SecretName
  inCapitals: boolean
  /** The element that has it as an attribute. */
  tag?: string
}

const isNamePart = (code: number): boolean =>
  (code >= 0x30 && code <= 0x39) || ((code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a) || code === 0x5f || code === 0x2d

function nameBefore(text: string, at: number): Name | undefined {
  let before = text.slice(Math.max(0, at - REACH), at)
  if (!MAY_BE_SECRET.test(before)) return undefined
  if (before.endsWith('<')) return nameOfElement(before)
  const all = before
  // An entry of a list may have blank lines; at the beginning of lines they stand between two things.
  const indent = INDENTED.exec(before)?.[1]
  const mayBeBlank = indent !== undefined
  if (mayBeBlank) before = outerLines(before, indent.length)
  before = before.replace(TEXT, text => text.replace(/[{}]/g, ' '))
  for (let level = 0; level < LEVELS; level++) {
    const { own, begin } = ownPart(before, mayBeBlank)
    const name = [...own.matchAll(NAME)].at(-1)?.[1]
    if (name !== undefined) return judged(name, all)
    if (before[begin] !== '{') return undefined
    before = before.slice(0, begin)
    if (!INSIDE.test(before)) return undefined
  }
  return undefined
}

/** Without the lines that are indented further than the last one: they belong to what is inside. */
function outerLines(before: string, indent: number): string {
  const lines = before.split(LINE_BREAKS)
  const isOuter = (line: string) => {
    const own = line.search(/[^ \t]/)
    return own < indent || (own === indent && !/^-[ \t]/.test(line.slice(own)))
  }
  return lines.filter((line, index) => index === 0 || isOuter(line)).join('\n')
}

/** The end of a text that belongs to the same thing as what follows it, without the things in between; and where that begins. */
function ownPart(before: string, mayBeBlank: boolean): { own: string; begin: number } {
  const marks = [...before.matchAll(BEGINS)]
  let own = ''
  let end = before.length
  for (let index = marks.length - 1; index >= 0; index--) {
    const { 0: mark, index: at } = marks[index] as RegExpExecArray
    if (mayBeBlank && mark.endsWith('\n')) continue
    const opening = mark === '}' ? openingOf(marks, index) : -1
    const from = marks[opening]?.index
    if (from === undefined || !isData(before, from, at)) return { own: before.slice(at, end) + own, begin: at }
    own = before.slice(at + 1, end) + own
    end = from
    index = opening
  }
  return { own: before.slice(0, end) + own, begin: -1 }
}

/** Which mark is the brace that the one at `closing` closes; -1 when none is. */
function openingOf(marks: readonly RegExpExecArray[], closing: number): number {
  let depth = 0
  for (let index = closing; index >= 0; index--) {
    const mark = marks[index]?.[0]
    if (mark === '}') depth++
    else if (mark === '{' && --depth === 0) return index
  }
  return -1
}

/** Whether braces are a value, or stand in a text, and are no block of a program. */
const isData = (text: string, from: number, to: number): boolean =>
  /[:=[,]\s{0,16}$/.test(text.slice(0, from)) || !/[;()\n]/.test(text.slice(from, to))

function nameAfter(text: string, value: AssignedValue): Name | undefined {
  const from = value.start + value.head.length
  let after = text.slice(from, from + REACH)
  if (!MAY_BE_SECRET.test(after)) return undefined
  const before = text.slice(Math.max(0, value.nameStart - REACH), value.nameStart)
  // The end of the thing that is the value: `"value": {"stringValue": "..."}, "key": "..."`.
  const inner = INNER_END.exec(after)?.[0].length
  if (inner !== undefined && INSIDE.test(before.slice(0, before.lastIndexOf('{')))) after = after.slice(inner)
  for (let level = 0; level < 2; level++) after = after.replace(NESTED, '$1')
  const length = after.search(INDENTED_ITEM.test(before) ? ENDS_OF_ITEM : ENDS)
  const own = length < 0 ? after : after.slice(0, length)
  const name = own.matchAll(NAME).next().value?.[1]
  return name === undefined ? undefined : judged(name, before)
}

function nameOfElement(before: string): Name | undefined {
  const sibling = SIBLING.exec(before)?.[2]
  if (sibling !== undefined) return judged(sibling, '')
  const [, tag = '', name] = PARENT.exec(before) ?? []
  const found = name === undefined ? undefined : judged(name, '')
  return found === undefined ? undefined : { ...found, tag }
}

function judged(name: string, before: string): Name | undefined {
  if (name === 'value' || name === 'token') {
    const scheme = SCHEME_LIST.exec(before)?.[1]
    const kind = scheme?.toLowerCase() === 'bearer' ? 'token' : 'key'
    if (scheme !== undefined) return { judged: { strength: 'strong', kind }, inCapitals: false }
  }
  const result = judgeKey(name)
  return result === undefined ? undefined : { judged: result, inCapitals: name === name.toUpperCase() }
}

function isSecretOf(text: string, { judged, inCapitals, tag }: Name, value: AssignedValue): boolean {
  // The values of environment variables are texts whatever they look like; in code, without quotes, it is an expression.
  const isText = value.quote !== undefined || value.style === 'block'
  const isLine = columnOf(text, value.nameStart) !== undefined && endsLine(text, value.start + value.head.length)
  const style = value.style === 'block' ? 'block' : inCapitals && (isText || isLine) ? 'environment' : value.style
  return isSecretValue(text, judged, { ...value, style, ...(tag !== undefined && !inCapitals && { tag }) })
}
