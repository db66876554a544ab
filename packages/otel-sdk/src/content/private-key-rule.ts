import { literal, type ScanMemo, type SecretRule } from './secret-rule.ts'

const BEGIN = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/y
const END = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/y
/** What stands between, when the end is missing: base64 in lines, the line breaks also as (escaped) escapes. */
const BODY = /(?:[A-Za-z0-9+/=]|\s|\\+[nrt])*/y
/** `Proc-Type: 4,ENCRYPTED` and the like, before the base64. */
const HEADERS = /(?:(?:\s|\\+[nr]){0,8}[A-Z][A-Za-z-]{2,20}: [^\n\\]{1,80}){0,6}/y
const KEY_MATERIAL = /[A-Za-z0-9+/]{24}/

/** PEM blocks of private keys, whole or without their end. */
export const privateKeyRule: SecretRule = {
  anchors: [literal('-BEG')],
  match(text, at, memo) {
    const start = at - 4
    BEGIN.lastIndex = start
    if (start < 0 || !BEGIN.test(text)) return undefined
    const bodyStart = BEGIN.lastIndex
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
  },
}

function locateNext(text: string, from: number, memo: ScanMemo): void {
  if (memo.pemEnd < from) memo.pemEnd = indexOrLength(text, '-----END', from)
  if (memo.pemBegin < from) memo.pemBegin = indexOrLength(text, '-----BEGIN', from)
}

function indexOrLength(text: string, part: string, from: number): number {
  const index = text.indexOf(part, from)
  return index < 0 ? text.length : index
}
