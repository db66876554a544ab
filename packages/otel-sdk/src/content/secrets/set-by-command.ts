import { judgeName } from './secret-name.ts'

/** Options before a subcommand, or before the name of a setting. */
const OPTIONS = String.raw`(?: {1,4}--?[\w-]{1,32}(?:[= ](?!-)[^\s;|&]{1,64})?){0,4}`
const PROGRAMS =
  'npm|pnpm|yarn|pip3?|conda|heroku|gh|glab|gcloud|az|firebase|doppler|flyctl|fly|pulumi|helm|rclone|jfrog|jf|snyk|sentry-cli|' +
  'vercel|netlify|databricks|ngrok|git|supabase|railway|sam|dvc|wandb|poetry|composer|bundle|cargo|twine|consul|chamber|minio|mc|' +
  'stripe|twilio|circleci|glcloud'
const GROUPS =
  'config|configure|configuration|env|variable|variables|settings?|secret|secrets|credentials|functions:config|remote'
const VERBS = 'set|add|put|write|create|update|modify'
/** Programs that keep settings, up to where the name of one stands: `aws configure set`, `npm config set //host/:`. */
const SETS_SETTING = new RegExp(
  String.raw`(?:\baws${OPTIONS} configure(?:${OPTIONS}[ :](?:${VERBS}))?|\b(?:${PROGRAMS})(?:${OPTIONS} (?:${GROUPS}))?(?:[ :](?:${VERBS}))?|\b(?:npm|yarn) set)${OPTIONS} {1,4}\\{0,8}["']?(?:[\w./@:-]{1,128}[.:/])?$`,
)
/** Dockerfile, fish, csh, Windows. */
const SETS_VARIABLE = /(?:^|[\s"'`;&|n])(?:ENV|setenv|setx|set -\w{1,4}) {1,4}$/
/** The words of `.netrc`, on one line or several. */
const NETRC =
  /(?:machine(?:\s|\\n){1,8}[^\s\\]{1,128}|default)(?:\s|\\n){1,8}(?:login(?:\s|\\n){1,8}[^\s\\]{1,64}(?:\s|\\n){1,8})$/
/** A statement of SQL before the word PASSWORD, and the text after it. */
const SQL = /\b(?:CREATE|ALTER)\s{1,8}(?:USER|ROLE|GROUP|LOGIN)\b[^;]{0,200}$/i
const SQL_WITH = /\bWITH\s{1,8}(?:(?:UN)?ENCRYPTED\s{1,8})?$/
const SQL_TEXT = / {1,4}[EN]?'(?!')/y

/** Whether a command before the name says that a space stands between it and its value. */
export function isSetByCommand(text: string, start: number, end: number): boolean {
  const isVariable = isCapital(text.charCodeAt(start)) && isCapital(text.charCodeAt(start + 1))
  const isPassword = end - start === 'password'.length && /^(?:password|PASSWORD)$/.test(text.slice(start, end))
  if (!mayBeSetting(text, start, end, isVariable, isPassword)) return false
  const before = text.slice(Math.max(0, start - 256), start)
  if (isVariable && SETS_VARIABLE.test(before)) return true
  if (isPassword && isSql(text, before, end)) return true
  if (!isSetting(text.slice(start, end))) return false
  return setsSetting(before) || (isPassword && NETRC.test(before))
}

const BETWEEN = /\\{0,8}["'],[ \t]{0,4}\\{0,8}["']/y
const ALL_BETWEEN = new RegExp(BETWEEN.source, 'g')

/** The same in a list of arguments: `["aws", "configure", "set", "aws_secret_access_key", "..."]`. */
export function isSetInList(text: string, start: number, end: number): boolean {
  BETWEEN.lastIndex = end
  if (!BETWEEN.test(text)) return false
  const isVariable = isCapital(text.charCodeAt(start)) && isCapital(text.charCodeAt(start + 1))
  if (!mayBeSetting(text, start, end, isVariable, false) || !isSetting(text.slice(start, end))) return false
  const before = text.slice(Math.max(0, start - 256), start)
  return MAY_SET.test(before) && setsSetting(before.replace(ALL_BETWEEN, ' '))
}

/** A single word is seldom the name of a setting, and often one of a sentence. */
function mayBeSetting(text: string, start: number, end: number, isVariable: boolean, isPassword: boolean): boolean {
  if (isVariable || isPassword) return true
  return isCompound(text, start, end) && isSetting(text.slice(start, end))
}

const isSetting = (name: string): boolean => (judgeName(name)?.strength ?? 'weak') !== 'weak'

function setsSetting(before: string): boolean {
  const line = before.slice(before.search(/[^\n;|&]*$/))
  return MAY_SET.test(line) && SETS_SETTING.test(line)
}

function isSql(text: string, before: string, end: number): boolean {
  SQL_TEXT.lastIndex = end
  return SQL_TEXT.test(text) && (SQL.test(before) || (SQL_WITH.test(before) && text[end - 1] === 'D'))
}

function isCompound(text: string, start: number, end: number): boolean {
  if (text[start] === '_') return true
  for (let index = start + 1; index < end; index++) {
    const code = text.charCodeAt(index)
    if (code < 0x61 || code > 0x7a) return true
  }
  return false
}

/** Rules out most of what stands before a name in a sentence. */
const MAY_SET = /(?:set|add|put|write|create|update|config|ngrok)/

const isCapital = (code: number): boolean => code >= 0x41 && code <= 0x5a
