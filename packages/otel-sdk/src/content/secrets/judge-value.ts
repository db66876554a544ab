import type { AssignedValue } from './assignment.ts'
import type { SecretName } from './secret-name.ts'
import { isCode } from './secret-rule.ts'
import {
  isBasicCredentials,
  isFile,
  isIdentifier,
  isLocation,
  isPlaceholder,
  isProse,
  isUuid,
  looksRandom,
} from './secret-value.ts'

/** Before a name: an argument, or a parameter in the query of a URL. There short values count as well. */
export const SHORT_COUNTS: Uint8Array = isCode('-?&')
/** Longest stretch between the beginning of a line and a name, in UTF-16 units. */
const LEAD_LIMIT = 64

function beginsLine(text: string, start: number): boolean {
  let index = start - 1
  while (index >= 0 && start - index < LEAD_LIMIT && /[ \t-]/.test(text[index] as string)) index--
  return index < 0 || text[index] === '\n' || (text[index - 1] === '\\' && text[index] === 'n')
}

/** Elements of configurations; others hold texts for readers as well. */
const isSetting = (tag = 'value'): boolean =>
  /^(?:value|add|entry|property|prop|setting|param|parameter|init-param|variable|env|attribute|option)$/i.test(tag)

/** The operators that follow a variable in an expression. */
const OPERATOR_AFTER = /[ \t]{1,4}(?:={1,3}|!==?|\|\||&&|\?\??|\+)[ \t]/y

/** `name = other_1 = class`, `name = first2 || second`: what is not quoted is a variable, also one with digits, or a pattern. */
function isExpression(text: string, { style, start, head }: AssignedValue): boolean {
  if (style === 'spaced' && /^\/[\^[(\\]/.test(head)) return true
  if (style !== 'spaced' || !/^[A-Za-z_$][\w$]*$/.test(head)) return false
  OPERATOR_AFTER.lastIndex = start + head.length
  return OPERATOR_AFTER.test(text)
}

/** The field of a comment before a name: `:param str name: ...`, `:type name: ...`. */
const FIELD = /:(?:type|param|parameter|arg|argument|key|keyword|kwarg|[ci]?var|vartype|raises?) (?:[\w.[\]|]{1,32} )?$/

/** `` :type name: :py:data:`bytes` ``: words about a name. */
function isDocumentation(text: string, { style, head, next, nameStart }: AssignedValue): boolean {
  if (style !== 'colon') return false
  return (
    (next === '`' && /^:[\w:.-]{1,64}:$/.test(head)) || FIELD.test(text.slice(Math.max(0, nameStart - 48), nameStart))
  )
}

/** What a template in backticks has besides variables is too little for a credential. */
const isTemplate = ({ quote, head }: AssignedValue): boolean =>
  quote?.endsWith('`') === true &&
  /\$\{[A-Za-z_]/.test(head) &&
  !/(?=[A-Za-z]{0,31}\d)[A-Za-z0-9]{8,}/.test(head.replace(/\$\{[^}]{0,128}\}?/g, ' '))

/** Errs on the side of replacing where the name is clear, and of leaving ordinary code alone where it is not. */
export function isSecretValue(text: string, name: SecretName, value: AssignedValue): boolean {
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
  if (isTemplate(value) || isDocumentation(text, value)) return false
  if (isPlaceholder(head) || isFile(head) || (name.kind !== 'password' && isLocation(head))) return false
  if (name.mayIdentify && style !== 'argument' && isIdentifier(head)) return false
  // In YAML, `secretKey` is what an entry of a secret is called.
  if (name.kind === 'key' && style === 'colon' && value.quote === undefined && /[-_.]/.test(head) && isIdentifier(head))
    return false
  // What a shell runs and puts there.
  if (style === 'environment' && value.quote?.endsWith('`') && /\s|^[a-z_./-]+$/.test(head)) return false
  if (name.kind !== 'password' && /^-?[\d.,_]{1,12}$/.test(head)) return false
  if (name.kind === 'authorization') return areCredentials(value)
  if (name.kind === 'cookie') return /[^\s=]=[^\s=]{4}/.test(head)
  if (style === 'environment') return true
  if (style === 'element') return /\d/.test(head) || (isSetting(value.tag) && !isProse(head))
  if (style === 'block') return !head.startsWith('-----BEGIN') && (/\d/.test(head) || !isProse(head))
  if (value.quote !== undefined) {
    // `prompt("Password: ")`: the quote ends a text instead of beginning one.
    if (style === 'colon' && /^(?:[),;\]}]|\s)/.test(head)) return false
    // A call with the names of two variables, or with a name and a message.
    if (style === 'argument' && /^[A-Z_]+$|\s/.test(head) && !text.startsWith('--', value.nameStart)) return false
    return /\d/.test(head) || !isProse(head)
  }
  if (head.length < 3 || /^[([{&|!]/.test(head)) return false
  if (style === 'argument') return !/^[A-Z_]+\]?$/.test(head)
  // The alias of a value elsewhere in YAML.
  if (style === 'colon' && /^\*[A-Za-z_][\w.-]*$/.test(head)) return false
  // Not quoted: in code that is an expression.
  if (/^[A-Za-z_$][\w.$]*[([<?]/.test(head + value.next) || isExpression(text, value)) return false
  const isWord = /^[A-Za-z_$][A-Za-z_$.]*$/.test(head)
  if (!isWord) return !/^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+$/.test(head)
  if (style === 'tight') return !/[,)]/.test(value.next) && !head.includes('.')
  // `-H 'x-api-key: word'`: nothing else is in the quotes.
  const around = text.charAt(value.nameStart - 1)
  if (style === 'colon' && /["']/.test(around) && name.isHeader) return value.next === around || value.next === '\\'
  if (style === 'colon')
    return beginsLine(text, value.nameStart) && /^[a-z]+$/.test(head) && endsLine(text, value.start + head.length)
  return false
}

/** Whether a line ends at `at`, also one whose line break is written as an escape. */
export function endsLine(text: string, at: number): boolean {
  const next = text.charAt(at)
  return next === '' || next === '\n' || next === '\r' || (next === '\\' && /[nr]/.test(text.charAt(at + 1)))
}

/** Whether what a header for authorization holds is more than a word about it. */
function areCredentials({ head, scheme, parameters, next }: AssignedValue): boolean {
  if (parameters) return !/(?:^|[\s,])[\w-]{1,32}=\\{0,8}["']?(?:[$<{]|$)/.test(head)
  if (scheme === 'known') return true
  if (looksRandom(head, false)) return true
  if (/^oauth/i.test(head) || (/[^A-Za-z]/.test(head) && isIdentifier(head)) || !/^[\w.~+/=:-]{8,}$/.test(head))
    return false
  const isMixed = /\d/.test(head) && /[A-Za-z]/.test(head)
  if (scheme === undefined) return isMixed
  return (isMixed && !isUuid(head)) || (head.length >= 12 && /["'\\]/.test(next))
}
