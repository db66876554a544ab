import { type AssignedValue, JUDGED_LIMIT } from './assignment.ts'
import { isSecretValue } from './judge-value.ts'
import { judgeKey, type SecretName } from './secret-name.ts'
import type { SecretMatch } from './secret-rule.ts'

/** The scheme of HTTP authentication at the beginning of a value. */
const SCHEME = /^[A-Za-z][\w.-]{1,31}(?: |%20){1,4}(?=[^\s"'`\\<>{}$]{6})/

/** Leaves the scheme out of the value of a header for authorization. */
export function withoutScheme({ kind }: SecretName, value: AssignedValue): AssignedValue {
  const length = kind === 'authorization' ? SCHEME.exec(value.head)?.[0].length : undefined
  if (length === undefined) return value
  return { ...value, start: value.start + length, head: value.head.slice(length), scheme: 'known' }
}

/** `API_KEYS`: words and numbers are often of keys and tokens, what has letters and digits seldom is. */
function judgePlural(key: string, text: string): SecretName | undefined {
  const name = /s$/i.test(key) && /^(?=.*\d)(?=.*[A-Za-z])\S{6,}$/.test(text) ? judgeKey(key.slice(0, -1)) : undefined
  return name?.strength === 'strong' ? name : undefined
}

/** The credential that a tag or an attribute holds, where its key says so: judged as `key="value"` in a text is. */
export function findNamed(key: string, text: string): SecretMatch | undefined {
  const name = judgeKey(key) ?? judgePlural(key, text)
  if (name === undefined) return undefined
  const value = withoutScheme(name, {
    style: key === key.toUpperCase() ? 'environment' : 'tight',
    start: 0,
    quote: '"',
    scheme: undefined,
    head: text.slice(0, JUDGED_LIMIT),
    next: '',
    nameStart: 0,
  })
  return isSecretValue('', name, value) ? { start: value.start, end: text.length, kind: name.kind } : undefined
}
