import type { SecretRule } from './secret-rule.ts'
import { isPlaceholder } from './secret-value.ts'

const USER_INFO = /:\/\/[^\s/?#:@"'\\<>`]{0,256}:([^\s/@"'\\<>`]{1,1024})@/dy

/** `scheme://user:password@host`: the password alone is replaced. */
export const urlPasswordRule: SecretRule = {
  anchors: [['abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789', ':', '/', '/']],
  match(text, at) {
    USER_INFO.lastIndex = at + 1
    const span = USER_INFO.exec(text)?.indices?.[1]
    if (span === undefined) return undefined
    const [start, end] = span
    return isPlaceholder(text.slice(start, end)) ? undefined : { start, end, kind: 'url-password' }
  },
}
