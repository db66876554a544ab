import { type AssignedName, endOf, valueAfter } from './assigned-value.ts'
import { isSecretValue, SHORT_COUNTS } from './judge-value.ts'
import { judgeName } from './secret-name.ts'
import { anyCase, isCode, literal, type SecretMatch, type SecretRule } from './secret-rule.ts'

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
    // `x-honeycomb-team`, `x-jfrog-art-api`.
    ['mM', 'bB', '-_', 'tT'],
    ['aA', 'rR', 'tT', '-'],
  ],
  match(text, at) {
    const name = nameAround(text, at)
    if (name === undefined || isPartOfAnother(text, name)) return undefined
    const judged = judgeName(name.text)
    if (judged === undefined) return undefined
    if (judged.strength === 'weak' && judged.kind !== 'authorization' && hasShortValue(text, name)) return undefined
    const value = valueAfter(text, name)
    if (value === undefined || (name.inCommand && value.head.startsWith('-'))) return undefined
    if (!isSecretValue(text, judged, value)) return undefined
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
/** Programs that keep settings, up to where the name of one stands: `aws configure set`, `npm config set //host/:`. */
const SETS_SETTING =
  /(?:\b(?:aws configure|(?:npm|pnpm|yarn|pip3?|conda|heroku|gh|glab|gcloud|az|firebase|doppler|flyctl|fly|pulumi|helm|rclone|jfrog|jf|snyk|sentry-cli|vercel|netlify|databricks|ngrok|git|supabase|railway|sam|dvc|wandb|poetry|composer|bundle|cargo|twine|consul|chamber|minio|mc|stripe|twilio|circleci|glcloud)(?: (?:config|configure|configuration|env|variable|variables|settings?|secret|secrets|credentials|functions:config|remote))?)(?:[ :](?:set|add|put|write|create|update|modify))?|\bngrok|\b(?:npm|yarn) set)(?: {1,4}--?[\w-]{1,32}(?:[= ](?!-)[^\s;|&]{1,64})?){0,4} {1,4}\\{0,8}["']?(?:[\w./@:-]{1,128}[.:/])?$/
/** The words of `.netrc`, on one line or several. */
const NETRC =
  /(?:machine(?:\s|\\n){1,8}[^\s\\]{1,128}|default)(?:\s|\\n){1,8}(?:login(?:\s|\\n){1,8}[^\s\\]{1,64}(?:\s|\\n){1,8})$/

function isSetByCommand(text: string, start: number, end: number): boolean {
  const isVariable = isCapital(text.charCodeAt(start)) && isCapital(text.charCodeAt(start + 1))
  const isPassword = end - start === 'password'.length && text.startsWith('password', start)
  // A single word is seldom the name of a setting, and often one of a sentence.
  if (!isVariable && !isPassword && !isCompound(text, start, end)) return false
  const isSetting = (judgeName(text.slice(start, end))?.strength ?? 'weak') !== 'weak'
  if (!isVariable && !isSetting) return false
  const before = text.slice(Math.max(0, start - 256), start)
  if (isVariable && SETS_VARIABLE.test(before)) return true
  if (!isSetting) return false
  const line = before.slice(before.search(/[^\n;|&]*$/))
  if (MAY_SET.test(line) && SETS_SETTING.test(line)) return true
  return isPassword && NETRC.test(before)
}

function isCompound(text: string, start: number, end: number): boolean {
  for (let index = start + 1; index < end; index++) {
    const code = text.charCodeAt(index)
    if (code < 0x61 || code > 0x7a) return true
  }
  return false
}

/** Rules out most of what stands before a name in a sentence. */
const MAY_SET = /(?:set|add|put|write|create|update|config|ngrok)/

const isCapital = (code: number): boolean => code >= 0x41 && code <= 0x5a

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
