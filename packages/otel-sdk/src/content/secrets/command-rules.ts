import { literal, type SecretRule } from './secret-rule.ts'
import { isPlaceholder } from './secret-value.ts'
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

/** Passwords where the options of a program hold them, by no name of their own. */
export const commandRules: readonly SecretRule[] = [
  userOptionRule,
  tokenRule({
    kind: 'password',
    anchors: [literal('mysq')],
    // The options before it are looked at as far as they are plain; a space after `-p` means that it will ask.
    pattern:
      /mysql(?:dump|admin|import|show)?(?: {1,4}(?!-p)[\w./@:=-]{1,64}){0,8} {1,4}-p\\{0,8}["']?([^\s"'`\\$][^\s"'`\\]*)/,
    wordStart: true,
  }),
  tokenRule({
    kind: 'password',
    anchors: [literal('sshp')],
    pattern: /sshpass {1,4}-p {0,4}\\{0,8}["']?([^\s"'`\\$][^\s"'`\\]*)/,
    wordStart: true,
  }),
]
