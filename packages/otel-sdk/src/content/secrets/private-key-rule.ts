import { literal, type ScanMemo, type SecretMatch, type SecretRule } from './secret-rule.ts'

const BEGIN = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/y
const END = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/y
/**
 * What stands between, when the end is missing: lines of base64 and perhaps a last, shorter one; the line breaks also as
 * (escaped) escapes, the lines quoted or numbered. Words that follow are none of it.
 */
const BODY =
  /(?:(?:\s|\\+[nrt]|[>|#*+]|\/\/|\d{1,6}[:|\t]){0,24}[A-Za-z0-9+/=]{16,})*(?:(?:\s|\\+[nrt]|[>|#*+]){1,24}[A-Za-z0-9+/=]{1,63}(?![^\s\\"'`]))?/y
/** `Proc-Type: 4,ENCRYPTED` and the like, before the base64. */
const HEADERS = /(?:(?:\s|\\+[nr]){0,8}[A-Z][A-Za-z-]{2,20}: [^\n\\]{1,80}){0,6}/y
const KEY_MATERIAL = /[A-Za-z0-9+/]{24}/
/** Longest body that is looked for before an end without a beginning; an RSA key of 16,384 bits has 13,000. */
const TAIL_LIMIT = 16_384

/** PEM blocks of private keys, whole, without their end, or without their beginning. */
export const privateKeyRule: SecretRule = {
  anchors: [literal('-BEG'), literal('-END')],
  match(text, at, memo) {
    const start = at - 4
    if (start < 0) return undefined
    BEGIN.lastIndex = start
    if (BEGIN.test(text)) return fromBeginning(text, start, BEGIN.lastIndex, memo)
    END.lastIndex = start
    return END.test(text) ? upToEnd(text, start, END.lastIndex) : undefined
  },
}

function fromBeginning(text: string, start: number, bodyStart: number, memo: ScanMemo): SecretMatch | undefined {
  locateNext(text, bodyStart, memo)
  if (memo.pemEnd < memo.pemBegin) {
    if (!KEY_MATERIAL.test(text.slice(bodyStart, memo.pemEnd))) return undefined
    END.lastIndex = memo.pemEnd
    const end = END.test(text) ? END.lastIndex : memo.pemEnd
    return { start, end, kind: 'private-key' }
  }
  // The end may stand past what the scrubber sees, and the body may be quoted or numbered line by line.
  if (memo.capped && memo.pemBegin === text.length) return { start, end: text.length, kind: 'private-key' }
  HEADERS.lastIndex = bodyStart
  HEADERS.test(text)
  BODY.lastIndex = HEADERS.lastIndex
  BODY.test(text)
  const end = BODY.lastIndex
  return KEY_MATERIAL.test(text.slice(bodyStart, end)) ? { start, end, kind: 'private-key' } : undefined
}

/** What `tail` shows of a key: lines of base64, going up from the end. */
function upToEnd(text: string, end: number, blockEnd: number): SecretMatch | undefined {
  const limit = Math.max(0, end - TAIL_LIMIT)
  let start = end
  let index = end
  for (;;) {
    while (index > limit && BETWEEN_LINES.test(text[index - 1] as string)) index--
    const lineEnd = index
    while (index > limit && BASE64.test(text[index - 1] as string)) index--
    let lineStart = index
    // Of a line break that is written as an escape, the letter is no part of the line.
    if (text[index - 1] === '\\' && /[nrt]/.test(text.charAt(index))) lineStart++
    const length = lineEnd - lineStart
    const isNumber = /^\d{0,6}$/.test(text.slice(lineStart, Math.min(lineEnd, lineStart + 7)))
    if (lineEnd === index || (start !== end && length < 12 && !isNumber)) break
    if (!isNumber) start = lineStart
  }
  return KEY_MATERIAL.test(text.slice(start, end)) ? { start, end: blockEnd, kind: 'private-key' } : undefined
}

const BASE64 = /[A-Za-z0-9+/=]/
/** White space, escapes of it, and what quotes or numbers a line. */
const BETWEEN_LINES = /[\s\\>|:#*]/

function locateNext(text: string, from: number, memo: ScanMemo): void {
  if (memo.pemEnd < from) memo.pemEnd = indexOrLength(text, '-----END', from)
  if (memo.pemBegin < from) memo.pemBegin = indexOrLength(text, '-----BEGIN', from)
}

function indexOrLength(text: string, part: string, from: number): number {
  const index = text.indexOf(part, from)
  return index < 0 ? text.length : index
}
