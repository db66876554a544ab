import { anyCase, type SecretRule } from './secret-rule.ts'
import { isPlaceholder } from './secret-value.ts'

/** A header, also quoted as in JSON or in the arguments of a program; the first `name=value` decides. */
const HEADER = /ookie(?:\\{0,8}["'])?: {0,4}(?:\\{0,8}["'])?([^\s=;:,"'`\\(){}<>]{1,128}=([^\s;"'`\\]{4,256}))/dy
const END = /["'`\\\r\n]/g

/** `Cookie: name=value; ...` and `Set-Cookie: ...`: the whole header goes. */
export const cookieRule: SecretRule = {
  anchors: [anyCase('ooki')],
  match(text, at) {
    HEADER.lastIndex = at
    const spans = HEADER.exec(text)?.indices
    const first = spans?.[1]
    const value = spans?.[2]
    if (first === undefined || value === undefined || isPlaceholder(text.slice(...value))) return undefined
    END.lastIndex = first[1]
    return { start: first[0], end: END.exec(text)?.index ?? text.length, kind: 'cookie' }
  },
}
