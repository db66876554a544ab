import { type Block, blockAfter, blockEnd } from './block-scalar.ts'
import { anyCase, type SecretRule } from './secret-rule.ts'
import { isPlaceholder } from './secret-value.ts'

/** A header, also quoted as in JSON or in the arguments of a program. */
const HEADER =
  /ookie(?:\\{0,8}["'])?:(?:[ \t]|\\{1,8}[ t]){0,4}(?:[&!][\w-]{1,32}[ \t]{1,4}){0,2}(?:\\{0,8}["'])?(?:\r?\n[ \t]{1,8})?/y
/** The first `name=value` decides. */
const PAIR = /([^\s=;:,"'`\\(){}<>]{1,128}=([^\s;"'`\\]{4,256}))/dy
const END = /["'`\\\r\n]/g

/** `Cookie: name=value; ...` and `Set-Cookie: ...`: the whole header goes. */
export const cookieRule: SecretRule = {
  anchors: [anyCase('ooki')],
  match(text, at) {
    HEADER.lastIndex = at
    if (!HEADER.test(text)) return undefined
    const headerEnd = HEADER.lastIndex
    const block = blockOf(text, at, headerEnd)
    PAIR.lastIndex = block?.start ?? headerEnd
    const spans = PAIR.exec(text)?.indices
    const first = spans?.[1]
    const value = spans?.[2]
    if (first === undefined || value === undefined || isPlaceholder(text.slice(...value))) return undefined
    END.lastIndex = first[1]
    const end = block === undefined ? (END.exec(text)?.index ?? text.length) : blockEnd(text, block, text.length)
    return { start: first[0], end, kind: 'cookie' }
  },
}

/** The block scalar of YAML that holds the header's value, if one does. */
function blockOf(text: string, at: number, headerEnd: number): Block | undefined {
  const mark = text[headerEnd]
  if (mark !== '|' && mark !== '>') return undefined
  const start = at - (/(?:set-)?c$/i.exec(text.slice(Math.max(0, at - 5), at))?.[0].length ?? 0)
  return blockAfter(text, headerEnd, start, /["']/.test(text.charAt(at + 'ookie'.length)))
}
