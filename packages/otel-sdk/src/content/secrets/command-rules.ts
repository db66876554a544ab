import { type CommandForm, commandForms, pipedForms } from './command-forms.ts'
import { argumentAt } from './command-words.ts'
import { literal, type SecretRule } from './secret-rule.ts'
import { isFile, isPlaceholder } from './secret-value.ts'
import { tokenRule } from './token-rule.ts'

/** Where `-u user:password` belongs to a program that reads it so: as near as this, and on the same line. */
const COMMAND_UNITS = 512
const USER_OPTION = /-(?:u|-user)\\{0,8}["']?[ =,] {0,4}\\{0,8}["']?[^\s:"'`\\$]{1,128}:([^\s"'`\\]{1,256})/dy

/** `curl -u user:password`, also as a list of arguments. */
const userOptionRule: SecretRule = {
  anchors: [
    [' "\'', '-', 'u', ' "\'\\'],
    [' "\'', '-', '-', 'u'],
  ],
  match(text, at) {
    USER_OPTION.lastIndex = at + 1
    const span = USER_OPTION.exec(text)?.indices?.[1]
    if (span === undefined || isPlaceholder(text.slice(...span))) return undefined
    const before = text.slice(Math.max(0, at - COMMAND_UNITS), at)
    if (!/\bcurl\b/.test(before.slice(before.lastIndexOf('\n') + 1))) return undefined
    return { start: span[0], end: span[1], kind: 'password' }
  },
}

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

/** Passwords where the options of a program hold them, by no name of their own. */
export const commandRules: readonly SecretRule[] = [
  userOptionRule,
  ...commandForms.map(commandRule),
  ...pipedForms.map(pipedRule),
  tokenRule({
    kind: 'password',
    anchors: [literal('mysq')],
    // The options before it are looked at as far as they are plain; a space after `-p` means that it will ask.
    pattern:
      /mysql(?:dump|admin|import|show)?(?:(?: {1,4}|\\{0,8}["'], {0,4}\\{0,8}["'])(?!-p)[\w./@:=-]{1,64}){0,8}(?: {1,4}|\\{0,8}["'], {0,4}\\{0,8}["'])-p\\{0,8}["']?([^\s"'`\\$][^\s"'`\\]*)/,
    wordStart: true,
  }),
  tokenRule({
    kind: 'password',
    anchors: [literal('sshp')],
    pattern: /sshpass {1,4}-p {0,4}\\{0,8}["']?([^\s"'`\\$][^\s"'`\\]*)/,
    wordStart: true,
  }),
]
