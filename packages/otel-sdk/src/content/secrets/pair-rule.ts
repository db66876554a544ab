import { type AssignedValue, endOf, valueAfter } from './assigned-value.ts'
import { columnOf } from './block-scalar.ts'
import { endsLine, isSecretValue } from './judge-value.ts'
import { judgeName, type SecretName } from './secret-name.ts'
import { anyCase, type SecretRule } from './secret-rule.ts'
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
/** `"value": {"stringValue": "..."}`: the name belongs to what is around. */
const INSIDE = /valu\w{0,2}\\{0,8}["']?[ \t]{0,4}[:=][ \t\n]{0,32}$/i

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
    const value = valueAfter(text, { text: key, start, end, inCommand: false })
    if (value === undefined || isPlaceholder(value.head)) return undefined
    const name = nameBefore(text, start) ?? nameAfter(text, value)
    if (name === undefined || !isSecretOf(text, name, value)) return undefined
    return { start: value.start, end: endOf(text, value), kind: name.judged.kind }
  },
}

interface Name {
  judged: SecretName
  inCapitals: boolean
}

const isNamePart = (code: number): boolean =>
  (code >= 0x30 && code <= 0x39) || ((code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a) || code === 0x5f || code === 0x2d

function nameBefore(text: string, at: number): Name | undefined {
  let before = text.slice(Math.max(0, at - REACH), at)
  if (!MAY_BE_SECRET.test(before)) return undefined
  for (let level = 0; level < 2; level++) {
    const begins = [...before.matchAll(BEGINS)].at(-1)
    const own = begins === undefined ? before : before.slice(begins.index)
    const name = [...own.matchAll(NAME)].at(-1)?.[1]
    if (name !== undefined) return judged(name)
    if (begins?.[0] !== '{') return undefined
    before = before.slice(0, begins.index)
    if (!INSIDE.test(before)) return undefined
  }
  return undefined
}

function nameAfter(text: string, value: AssignedValue): Name | undefined {
  const from = value.start + value.head.length
  const after = text.slice(from, from + REACH)
  if (!MAY_BE_SECRET.test(after)) return undefined
  const length = after.search(ENDS)
  const own = length < 0 ? after : after.slice(0, length)
  const name = own.matchAll(NAME).next().value?.[1]
  return name === undefined ? undefined : judged(name)
}

function judged(name: string): Name | undefined {
  const inCapitals = name === name.toUpperCase()
  if (/^(?:set-)?cookie$/i.test(name)) return { judged: { strength: 'strong', kind: 'cookie' }, inCapitals }
  const result = judgeName(name)
  return result === undefined ? undefined : { judged: result, inCapitals }
}

function isSecretOf(text: string, { judged, inCapitals }: Name, value: AssignedValue): boolean {
  // The values of environment variables are texts whatever they look like; in code, without quotes, it is an expression.
  const isText = value.quote !== undefined || value.style === 'block'
  const isLine = columnOf(text, value.nameStart) !== undefined && endsLine(text, value.start + value.head.length)
  const style = value.style === 'block' ? 'block' : inCapitals && (isText || isLine) ? 'environment' : value.style
  const scheme = judged.kind === 'authorization' ? SCHEME.exec(value.head)?.[0].length : undefined
  if (scheme !== undefined) {
    value.start += scheme
    value.head = value.head.slice(scheme)
    value.scheme = 'known'
  }
  return isSecretValue(text, judged, { ...value, style })
}

const SCHEME = /^[A-Za-z][\w.-]{1,31}(?: |%20){1,4}(?=[^\s"'`\\<>{}$]{6})/
