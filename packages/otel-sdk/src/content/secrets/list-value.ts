import type { AssignedName } from './assignment.ts'
import { columnOf, opening } from './block-scalar.ts'
import { judgeName, type SecretName } from './secret-name.ts'
import { LINE_BREAK, type SecretMatch } from './secret-rule.ts'
import { isFile, isIdentifier, isLocation, isPlaceholder, isProse, looksRandom } from './secret-value.ts'

const SPACE = String.raw`(?:\s|\\{1,8}n){0,64}`
/** Up to the first entry of a list in brackets. */
const BRACKET = /\\{0,8}["']?[ \t]{0,8}(?::|=|=>)[ \t]{0,8}\[/y
const ENTRY = new RegExp(
  String.raw`${SPACE}(?:(\\{0,8}["'])([^"'\\\n]{1,512})\1|([^\s"'\x60\\,[\]{}()]{1,512}))${SPACE}(?:,|(?=\]))`,
  'dy',
)
const COLON = /\\{0,8}["']?:[ \t]{0,8}/y
const ITEM = new RegExp(
  String.raw`${LINE_BREAK}([ \t]{0,64})-[ \t]{1,8}(?:(\\{0,8}["'])([^"'\\\n]{1,512})\2|([^\s"'\\:#[\]{}&*!|>][^\n\r\\"']{0,511}))(?=[ \t]{0,8}${LINE_BREAK}|["']|$)`,
  'dy',
)
/** So many values are judged; the rest goes with them. */
const JUDGED_VALUES = 8

interface Value {
  start: number
  end: number
  isQuoted: boolean
}

/** `"api_keys": ["...", "..."]`, and the lists of YAML: from the first value to the last, where one of the first is a credential. */
export function secretsInList(text: string, name: AssignedName): SecretMatch | undefined {
  const judged = judgeName(name.text.slice(0, -1))
  if (judged === undefined) return undefined
  // The names of secrets are in lists as often as secrets are.
  const isName = judged.kind === 'secret' && /^secret$/i.test(name.text.slice(0, -1))
  const strength = isName ? 'weak' : judged.strength
  let isSecret = false
  let start = -1
  let end = -1
  let count = 0
  for (const value of valuesAfter(text, name)) {
    if (count++ === 0) start = value.start
    end = value.end
    if (count <= JUDGED_VALUES)
      isSecret ||= isSecretValue(text.slice(value.start, value.end), { ...judged, strength }, value)
    else if (!isSecret) return undefined
  }
  return isSecret ? { start, end, kind: judged.kind } : undefined
}

function* valuesAfter(text: string, name: AssignedName): Generator<Value> {
  BRACKET.lastIndex = name.end
  if (BRACKET.test(text)) {
    let at = BRACKET.lastIndex
    for (;;) {
      ENTRY.lastIndex = at
      const spans = ENTRY.exec(text)?.indices
      const span = spans?.[2] ?? spans?.[3]
      if (span === undefined) return
      at = ENTRY.lastIndex
      yield { start: span[0], end: span[1], isQuoted: spans?.[2] !== undefined }
    }
  }
  COLON.lastIndex = name.end
  if (!COLON.test(text)) return
  const isNameQuoted = text[name.end] !== ':'
  const column = opening(text, name.start, isNameQuoted)?.column ?? columnOf(text, name.start)
  if (column === undefined) return
  let at = COLON.lastIndex
  for (;;) {
    ITEM.lastIndex = at
    const item = ITEM.exec(text)
    const span = item?.indices?.[3] ?? item?.indices?.[4]
    if (item === null || span === undefined || (item[1] as string).length < column) return
    at = ITEM.lastIndex
    yield { start: span[0], end: span[1], isQuoted: item[3] !== undefined }
  }
}

function isSecretValue(head: string, { strength, kind }: SecretName, { isQuoted }: Value): boolean {
  if (isPlaceholder(head) || isFile(head) || isLocation(head) || /^[A-Z][A-Z0-9_]*$/.test(head)) return false
  if (strength === 'weak') return looksRandom(head, kind === 'key')
  if (kind === 'password' && isQuoted) return !isProse(head) && judgeName(head) === undefined
  return /^(?=.*\d)(?=.*[A-Za-z])\S{6,}$/.test(head) && !(/[-_.:/]/.test(head) && isIdentifier(head))
}
