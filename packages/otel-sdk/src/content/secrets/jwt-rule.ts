import { CAP_MARGIN } from '../text-limits.ts'
import type { SecretRule } from './secret-rule.ts'

const TOKEN = /eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*){0,3}/y
const RUN = /[\w-]*/y
/** The beginning of one whose first part, or little more, is all that the scrubber sees. */
const CUT_OFF = /eyJ[\w-]*(?:\.[\w-]{0,7})?$/y

/** JSON web tokens, signed (three parts) or encrypted (five), also cut off after the second. */
export const jwtRule: SecretRule = {
  anchors: [['e', 'y', 'J', 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789']],
  match(text, at, memo) {
    if (at < memo.jwtDeadUntil || !text.startsWith('eyJ', at)) return undefined
    TOKEN.lastIndex = at
    if (TOKEN.test(text)) return { start: at, end: TOKEN.lastIndex, kind: 'jwt' }
    CUT_OFF.lastIndex = at
    if (memo.capped && at < text.length - CAP_MARGIN / 2 && CUT_OFF.test(text)) {
      return { start: at, end: text.length, kind: 'jwt' }
    }
    // All of the run was looked at for nothing: what begins further inside fails as well.
    RUN.lastIndex = at
    RUN.test(text)
    memo.jwtDeadUntil = RUN.lastIndex
    return undefined
  },
}
