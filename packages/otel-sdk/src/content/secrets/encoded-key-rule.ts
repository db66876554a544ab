import { Buffer } from 'node:buffer'
import { literal, type SecretRule } from './secret-rule.ts'

/**
 * What `-----BEGIN` becomes in base64 depends on where it falls among groups of three bytes. Of each form: four
 * characters that are rare, and how far before them its first group begins.
 */
const FORMS = [
  { anchor: literal('CRUd'), lead: 7 },
  { anchor: literal('QkVH'), lead: 8 },
  { anchor: literal('LUJF'), lead: 8 },
] as const
/** Enough for the longest label of a PEM block. */
const LABEL_UNITS = 120
const PRIVATE = /^[^-]{0,2}-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY/
/** Line breaks may stand in it, also as escapes. */
const RUN = /[A-Za-z0-9+/_-]*(?:(?:\r?\n|\\{1,8}n)[ \t]{0,16}(?=[A-Za-z0-9+/]{16})[A-Za-z0-9+/_-]*)*={0,2}/y
/** What stands before the block in the same encoding: a line break or a comment. */
const LEAD_LIMIT = 256

/** A PEM block of a private key that is encoded as base64 once more, as Kubernetes and CI variables hold it. */
export const encodedKeyRule: SecretRule = {
  anchors: FORMS.map(({ anchor }) => anchor),
  match(text, at) {
    const form = FORMS.find(({ anchor }) => text.startsWith(anchor.join(''), at))
    if (form === undefined || at < form.lead) return undefined
    let start = at - form.lead
    const beginning = text.slice(start, start + LABEL_UNITS).replace(/\\{1,8}n|[^A-Za-z0-9+/_-]/g, '')
    if (!PRIVATE.test(Buffer.from(beginning, 'base64').toString('latin1'))) return undefined
    RUN.lastIndex = start
    RUN.test(text)
    const end = RUN.lastIndex
    const limit = Math.max(0, start - LEAD_LIMIT)
    while (start > limit && /[A-Za-z0-9+/]/.test(text[start - 1] as string)) start--
    return { start, end, kind: 'private-key' }
  },
}
