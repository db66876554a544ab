import { endOf, valueAfter } from './assigned-value.ts'
import type { AssignedName, AssignedValue } from './assignment.ts'
import { propertyAt } from './element-value.ts'
import { isSecretValue, SHORT_COUNTS } from './judge-value.ts'
import { secretsInList } from './list-value.ts'
import { judgeKey, judgeName, type SecretName } from './secret-name.ts'
import { anyCase, isCode, literal, type SecretMatch, type SecretRule } from './secret-rule.ts'
import { isSetByCommand, isSetInList } from './set-by-command.ts'

/** Longest name that is looked at, in UTF-16 units. */
const NAME_LIMIT = 64

/** What the character of a code may be: part of a name, or the first one between a name and its value. */
const NAME_PART = 1
const AFTER_NAME = 2
const roles = new Uint8Array(0x10000)
for (const char of 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-')
  roles[char.charCodeAt(0)] = NAME_PART
for (const char of ' \t=:"\'`\\]>') roles[char.charCodeAt(0)] = AFTER_NAME

/** `NAME=value`, `"name": "value"`, `name: value`, `--name value`, for names that speak of credentials. */
export const assignmentRule: SecretRule = {
  anchors: [
    ['kK', 'eE', 'yY', ' \t=:"\'`\\_-]>0123456789'],
    ['kK', 'eE', 'yY', 'sS'],
    anyCase('toke'),
    anyCase('secr'),
    ['pP', 'aA', 'sS', 'sS'],
    ['pP', 'wW', 'dD', ' \t=:"\'`\\_-]>0123456789'],
    literal('_PAT'),
    ['uU', 'tT', 'hH', '=:"\'\\'],
    anyCase('ntia'),
    anyCase('riza'),
    // `x-honeycomb-team`, `x-jfrog-art-api`.
    ['mM', 'bB', '-_', 'tT'],
    ['aA', 'rR', 'tT', '-'],
  ],
  match(text, at) {
    const name = nameAround(text, at)
    if (name === undefined || isPartOfAnother(text, name)) return undefined
    const property = propertyAt(text, name)
    if (property !== undefined) return secretOf(text, judgeKey(property.key), property.value)
    const judged = isConnectionPassword(text, name) ? PASSWORD : judgeName(name.text)
    if (judged === undefined)
      return /s$/i.test(name.text) ? (secretsInList(text, name) ?? secretsOf(text, name)) : undefined
    if (judged.strength === 'weak' && judged.kind !== 'authorization' && hasShortValue(text, name)) return undefined
    const value = valueAfter(text, name)
    if (value === undefined || (name.inCommand && value.head.startsWith('-'))) return undefined
    return secretOf(text, judged, value)
  },
}

function secretOf(text: string, name: SecretName | undefined, value: AssignedValue): SecretMatch | undefined {
  if (name === undefined || !isSecretValue(text, name, value)) return undefined
  return { start: value.start, end: endOf(text, value), kind: name.kind }
}

/** `API_KEYS=one,two`: only what has letters and digits, because numbers and words are often of keys and tokens. */
function secretsOf(text: string, name: AssignedName): SecretMatch | undefined {
  if (name.text !== name.text.toUpperCase() || text[name.end] !== '=') return undefined
  const judged = judgeName(name.text.slice(0, -1))
  const value = judged?.strength === 'strong' ? valueAfter(text, name) : undefined
  if (value === undefined || !/^(?=.*\d)(?=.*[A-Za-z])\S{6,}$/.test(value.head)) return undefined
  return secretOf(text, judged, value)
}

const PASSWORD: SecretName = { strength: 'strong', kind: 'password' }
const CONNECTION =
  /(?:^|[;"'`=\s])(?:server|data source|host|hostname|address|addr|uid|user id|userid|user|username|database|initial catalog|driver|dsn|port) ?=[^;\n]{0,128};(?:[^;\n]{0,128};){0,8} ?$/i
const CONNECTION_AFTER = /^=[^\s;"']{1,128};(?:server|data source|uid|user id|database|initial catalog) ?=/i
const CONNECTION_UNITS = 256

/** `Server=...;Uid=...;Pwd=...`: elsewhere `pwd` is the working directory, or perhaps a password. */
function isConnectionPassword(text: string, { text: name, start, end }: AssignedName): boolean {
  if (text[end] !== '=' || !/^(?:pwd|pass)$/i.test(name)) return false
  if (name !== 'PWD' && CONNECTION_AFTER.test(text.slice(end, end + CONNECTION_UNITS))) return true
  const before = text.slice(Math.max(0, start - CONNECTION_UNITS), start)
  return (before.endsWith(';') || (name !== 'PWD' && before.endsWith('; '))) && CONNECTION.test(before)
}

/** Most names are followed by something else than an operator: that is looked at first. */
function nameAround(text: string, at: number): AssignedName | undefined {
  let end = at
  while (end - at < NAME_LIMIT && roles[text.charCodeAt(end)] === NAME_PART) end++
  if (roles[text.charCodeAt(end)] !== AFTER_NAME) return undefined
  let start = at
  while (start > 0 && at - start < NAME_LIMIT && roles[text.charCodeAt(start - 1)] === NAME_PART) start--
  // In `\nAPI_KEY` the `n` belongs to the escape.
  if (text.charAt(start - 1) === '\\' && /[bfnrt]/.test(text.charAt(start)) && start < at) start++
  let inCommand = false
  if (text.charCodeAt(end) === SPACE && !mayFollowSpace(text, start, end)) {
    inCommand = isSetByCommand(text, start, end)
    if (!inCommand) return undefined
  } else if (ENDS_ARGUMENT[text.charCodeAt(end)] === 1) {
    inCommand = isSetInList(text, start, end)
  }
  return { text: text.slice(start, end), start, end, inCommand }
}

/** `arn:...:secret:name`, and `${NAME:?message}`. */
function isPartOfAnother(text: string, { start, end }: AssignedName): boolean {
  if (text[end] !== ':') return false
  const before = text[start - 1]
  if (before === ':') return /[\w/]/.test(text.charAt(end + 1))
  return before === '{' && text[start - 2] === '$' && /[?+]/.test(text.charAt(end + 1))
}

const SPACE = 0x20
const ENDS_ARGUMENT = isCode('"\'\\')

/** After a space: an operator, a value if the name is that of an argument, or more spaces. */
function mayFollowSpace(text: string, start: number, end: number): boolean {
  const next = text.charAt(end + 1)
  return next === '=' || next === ':' || next === ' ' || next === '\t' || text.startsWith('--', start)
}

/** Shortest run of characters that `looksRandom` takes for a secret. */
const RANDOM_UNITS = 16
const BETWEEN = isCode(' \t=:]')
/** A quoted value may have spaces, a scheme may come before one that is not quoted, and one may stand on the next lines. */
const NEEDS_A_LOOK = isCode('"\'`\\>|abdntABDNT')

/** Rules out at little cost what most weak names are followed by in code: a short word. */
function hasShortValue(text: string, { start, end }: AssignedName): boolean {
  // Of arguments, and in the query of a URL, short values count as well.
  if (SHORT_COUNTS[text.charCodeAt(start)] === 1 || SHORT_COUNTS[text.charCodeAt(start - 1)] === 1) return false
  let from = end
  while (from - end < RANDOM_UNITS && BETWEEN[text.charCodeAt(from)] === 1) from++
  if (NEEDS_A_LOOK[text.charCodeAt(from)] === 1) return false
  let index = from
  while (index - from < RANDOM_UNITS && text.charCodeAt(index) > SPACE) index++
  return index - from < RANDOM_UNITS
}
