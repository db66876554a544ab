import { type AssignedName, type AssignedValue, endOf, valueAfter } from './assigned-value.ts'
import { judgeName, type SecretName } from './secret-name.ts'
import { anyCase, literal, type SecretMatch, type SecretRule } from './secret-rule.ts'
import {
  isBasicCredentials,
  isFile,
  isIdentifier,
  isLocation,
  isPlaceholder,
  isProse,
  looksRandom,
} from './secret-value.ts'

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
    anyCase('toke'),
    anyCase('secr'),
    ['pP', 'aA', 'sS', 'sS'],
    ['pP', 'wW', 'dD', ' \t=:"\'`\\_-]>0123456789'],
    literal('_PAT'),
    ['uU', 'tT', 'hH', '=:"\'\\'],
    anyCase('ntia'),
    anyCase('riza'),
  ],
  match(text, at) {
    const name = nameAround(text, at)
    if (name === undefined || isPartOfAnother(text, name)) return undefined
    const judged = judgeName(name.text)
    if (judged === undefined) return undefined
    if (judged.strength === 'weak' && judged.kind !== 'authorization' && hasShortValue(text, name)) return undefined
    const value = valueAfter(text, name)
    if (value === undefined || !isSecret(text, judged, value)) return undefined
    return { start: value.start, end: endOf(text, value), kind: judged.kind } satisfies SecretMatch
  },
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

/** After a space: an operator, a value if the name is that of an argument, or more spaces. */
function mayFollowSpace(text: string, start: number, end: number): boolean {
  const next = text.charAt(end + 1)
  return next === '=' || next === ':' || next === ' ' || next === '\t' || text.startsWith('--', start)
}

/** Dockerfile, fish, csh, Windows. */
const SETS_VARIABLE = /(?:^|[\s"'`;&|n])(?:ENV|setenv|setx|set -\w{1,4}) {1,4}$/
/** The words of `.netrc`, on one line or several. */
const NETRC =
  /(?:machine(?:\s|\\n){1,8}[^\s\\]{1,128}|default)(?:\s|\\n){1,8}(?:login(?:\s|\\n){1,8}[^\s\\]{1,64}(?:\s|\\n){1,8})$/

function isSetByCommand(text: string, start: number, end: number): boolean {
  if (isCapital(text.charCodeAt(start))) {
    if (!isCapital(text.charCodeAt(start + 1))) return false
    return text.charCodeAt(start - 1) === SPACE && SETS_VARIABLE.test(text.slice(Math.max(0, start - 14), start))
  }
  return (
    end - start === 'password'.length &&
    text.startsWith('password', start) &&
    NETRC.test(text.slice(Math.max(0, start - 256), start))
  )
}

const isCapital = (code: number): boolean => code >= 0x41 && code <= 0x5a

/** Shortest run of characters that `looksRandom` takes for a secret. */
const RANDOM_UNITS = 16
const isCode = (chars: string): Uint8Array => {
  const codes = new Uint8Array(0x10000)
  for (const char of chars) codes[char.charCodeAt(0)] = 1
  return codes
}
const SHORT_COUNTS = isCode('-?&')
const BETWEEN = isCode(' \t=:]')
/** A quoted value may have spaces, and a scheme may come before one that is not quoted. */
const NEEDS_A_LOOK = isCode('"\'`\\>abdntABDNT')

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

function beginsLine(text: string, start: number): boolean {
  let index = start - 1
  while (index >= 0 && start - index < NAME_LIMIT && /[ \t-]/.test(text[index] as string)) index--
  return index < 0 || text[index] === '\n' || (text[index - 1] === '\\' && text[index] === 'n')
}

/** Errs on the side of replacing where the name is clear, and of leaving ordinary code alone where it is not. */
function isSecret(text: string, name: SecretName, value: AssignedValue): boolean {
  const { head, style } = value
  if (name.strength === 'bare' && style === 'environment') {
    // Of a key that nothing else is said of, as much as tells it from a word, a number, a path and a pattern.
    if (name.kind !== 'password') return /^(?=.*\d)(?=.*[A-Za-z])[\w-]{6,}$/.test(head) && !isPlaceholder(head)
    return !/^\d*$/.test(head) && !isPlaceholder(head)
  }
  if (name.strength !== 'strong' && (style !== 'argument' || name.kind === 'key')) {
    const isEnough =
      looksRandom(head, name.kind === 'key' && style !== 'argument') ||
      (name.kind === 'authorization' && isBasicCredentials(head)) ||
      (name.kind !== 'key' && SHORT_COUNTS[text.charCodeAt(value.nameStart - 1)] === 1 && /\D.{3}|.{3}\D/.test(head))
    return isEnough && !isPlaceholder(head) && !isLocation(head)
  }
  if (isPlaceholder(head) || isFile(head) || (name.kind !== 'password' && isLocation(head))) return false
  if (name.mayIdentify && style !== 'argument' && isIdentifier(head)) return false
  // In YAML, `secretKey` is what an entry of a secret is called.
  if (name.kind === 'key' && style === 'colon' && value.quote === undefined && /[-_.]/.test(head) && isIdentifier(head))
    return false
  // What a shell runs and puts there.
  if (style === 'environment' && value.quote?.endsWith('`') && /\s|^[a-z_./-]+$/.test(head)) return false
  if (name.kind !== 'password' && /^-?[\d.,_]{1,12}$/.test(head)) return false
  if (name.kind === 'authorization') return value.scheme || looksRandom(head, false)
  if (style === 'environment' || style === 'element') return true
  if (value.quote !== undefined) {
    // `prompt("Password: ")`: the quote ends a text instead of beginning one.
    if (style === 'colon' && /^(?:[),;\]}]|\s)/.test(head)) return false
    // A call with the names of two variables, or with a name and a message.
    if (style === 'argument' && /^[A-Z_]+$|\s/.test(head) && !text.startsWith('--', value.nameStart)) return false
    return /\d/.test(head) || !isProse(head)
  }
  if (head.length < 3 || /^[([{&|!]/.test(head)) return false
  if (style === 'argument') return !/^[A-Z_]+\]?$/.test(head)
  // Not quoted: in code that is an expression.
  if (/^[A-Za-z_$][\w.$]*[([<?]/.test(head + value.next)) return false
  const isWord = /^[A-Za-z_$][A-Za-z_$.]*$/.test(head)
  if (!isWord) return !/^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+$/.test(head)
  if (style === 'tight') return !/[,)]/.test(value.next) && !head.includes('.')
  if (style === 'colon')
    return beginsLine(text, value.nameStart) && /^[a-z]+$/.test(head) && endsLine(text, value.start + head.length)
  return false
}

function endsLine(text: string, at: number): boolean {
  const next = text.charAt(at)
  return next === '' || next === '\n' || next === '\r' || (next === '\\' && /[nr]/.test(text.charAt(at + 1)))
}
