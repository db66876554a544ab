import { type CommandForm, commandForms, pipedForms } from './command-forms.ts'
import { argumentAt } from './command-words.ts'
import { literal, type SecretRule } from './secret-rule.ts'
import { isFile, isPlaceholder } from './secret-value.ts'
import { tokenRule } from './token-rule.ts'

const BEFORE_UNITS = 512

function commandRule({ kind, anchor, offset = 0, pattern, before, value }: CommandForm): SecretRule {
  const expression = new RegExp(pattern, 'y')
  return {
    anchors: [anchor],
    match(text, at) {
      const start = at + offset
      if (start < 0) return undefined
      expression.lastIndex = start
      if (!expression.test(text)) return undefined
      if (before !== undefined && !before.test(text.slice(Math.max(0, start - BEFORE_UNITS), start))) return undefined
      const span = argumentAt(text, expression.lastIndex)
      if (span === undefined) return undefined
      const head = text.slice(span.start, Math.min(span.end, span.start + 256))
      if (isPlaceholder(head) || isFile(head) || /^[-$`]/.test(head)) return undefined
      return value === undefined || value.test(head) ? { ...span, kind } : undefined
    },
  }
}

/** `echo user:password |`, `printf '%s' token |`, before a program that reads it. */
const PIPE =
  /(?:^|[\s;&"'`n(])(?:echo|printf)(?: {1,4}-\w{1,2}){0,2}(?: {1,4}\\{0,8}["']?%s(?:\\{1,4}n)?\\{0,8}["']?)? {1,4}(\\{0,8}["']?)([^\s"'`\\$|<>][^\n"'`\\$|<>]{0,255}?)\1 {0,4}\| {0,4}(?:[^\n|"'`]{0,160})$/d

function pipedRule({ kind, anchor, pattern }: (typeof pipedForms)[number]): SecretRule {
  return {
    anchors: [anchor],
    match(text, at) {
      pattern.lastIndex = at
      if (!pattern.test(text)) return undefined
      const from = Math.max(0, at - BEFORE_UNITS)
      const before = text.slice(from, at)
      const span = PIPE.exec(before.slice(before.lastIndexOf('\n') + 1))?.indices?.[2]
      if (span === undefined) return undefined
      const line = from + before.lastIndexOf('\n') + 1
      const written = text.slice(line + span[0], line + span[1])
      // Of `user:password`, as `chpasswd` takes it, the password.
      const user = text.startsWith('sswd', at) ? written.indexOf(':') + 1 : 0
      if (isPlaceholder(written.slice(user))) return undefined
      return { start: line + span[0] + user, end: line + span[1], kind }
    },
  }
}

/** Programs that read a credential from their standard input, before `<<<`. */
const READS_INPUT =
  /(?:-stdin\b|--with-token\b|\bsudo -S\b|\b(chpasswd)\b|\bgh secret set\b|\bwrangler secret put\b|\bsecrets (?:create|versions add)\b(?:[^\n;|&<\\]|\\(?!n)){0,160}--data-file=-|\bvercel env add\b)(?:[^\n;|&<\\]|\\(?!n)){0,160}$/

/** `docker login --password-stdin <<< value`. */
const hereStringRule: SecretRule = {
  anchors: [[' "\'', '<', '<', '<']],
  match(text, at) {
    HERE_STRING.lastIndex = at + 1
    if (!HERE_STRING.test(text)) return undefined
    const before = text.slice(Math.max(0, at - BEFORE_UNITS), at)
    const reads = READS_INPUT.exec(before)
    const span = reads === null ? undefined : argumentAt(text, HERE_STRING.lastIndex)
    if (reads === null || span === undefined) return undefined
    const user = reads[1] === undefined ? 0 : text.slice(span.start, span.end).indexOf(':') + 1
    const head = text.slice(span.start + user, Math.min(span.end, span.start + user + 256))
    if (isPlaceholder(head) || /^[$`]/.test(head)) return undefined
    const kind = /token/.test(reads[0]) ? 'token' : /secret|vercel/.test(reads[0]) ? 'secret' : 'password'
    return { start: span.start + user, end: span.end, kind }
  },
}
const HERE_STRING = /<<<[ \t]{0,4}/y

const BETWEEN = String.raw`(?: {1,4}|\\{0,8}["'], {0,4}\\{0,8}["'])`

/** `mysql -u root -psecret`: the options before it are looked at as far as they are plain; a space after `-p` means that it will ask. */
const passwordAmongOptions = (program: string): RegExp =>
  new RegExp(
    String.raw`${program}(?:${BETWEEN}(?!-p)(?:[\w./@:=-]{1,64}|"[^"\\\n]{0,64}"|'[^'\\\n]{0,64}')){0,8}${BETWEEN}-p\\{0,8}["']?([^\s"'\x60\\$][^\s"'\x60\\]*)`,
  )

/** Passwords where the options of a program hold them, by no name of their own. */
export const commandRules: readonly SecretRule[] = [
  ...commandForms.map(commandRule),
  ...pipedForms.map(pipedRule),
  hereStringRule,
  tokenRule({
    kind: 'password',
    anchors: [literal('mysq')],
    pattern: passwordAmongOptions(String.raw`mysql(?:dump|admin|import|show)?(?:\.exe)?`),
    wordStart: true,
  }),
  tokenRule({
    kind: 'password',
    anchors: [literal('iadb')],
    offset: -3,
    pattern: passwordAmongOptions('mariadb(?:-dump|-admin|-import|-show|-check)?'),
    wordStart: true,
  }),
  tokenRule({
    kind: 'password',
    anchors: [literal('sshp')],
    pattern: /sshpass {1,4}-p {0,4}\\{0,8}["']?([^\s"'`\\$][^\s"'`\\]*)/,
    wordStart: true,
  }),
]
