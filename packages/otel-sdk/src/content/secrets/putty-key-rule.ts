import { LINE_BREAK, literal, type SecretRule } from './secret-rule.ts'

/** The lines of base64 after their number, and the code of authentication that is made with the passphrase. */
const LINES = new RegExp(
  String.raw`vate-Lines: \d{1,4}${LINE_BREAK}((?:[ \t>+|]{0,4}[A-Za-z0-9+/=]{16,}(?:${LINE_BREAK})?)+(?:[ \t>+|]{0,4}[A-Za-z0-9+/=]{1,64}(?:${LINE_BREAK}|(?![\w+/=:-])))?(?:[ \t>+|]{0,4}Private-(?:MAC|Hash): [0-9a-f]{16,})?)`,
  'dy',
)

/** The private part of a key file of PuTTY. */
export const puttyKeyRule: SecretRule = {
  anchors: [literal('e-Li')],
  match(text, at) {
    LINES.lastIndex = at - 'vat'.length
    if (LINES.lastIndex < 0) return undefined
    const span = LINES.exec(text)?.indices?.[1]
    if (span === undefined) return undefined
    const [start, end] = span
    // The line break after it belongs to the text around.
    const rest = /(?:\s|\\+[rn])*$/.exec(text.slice(Math.max(start, end - 32), end))?.[0] ?? ''
    return { start, end: end - rest.length, kind: 'private-key' }
  },
}
