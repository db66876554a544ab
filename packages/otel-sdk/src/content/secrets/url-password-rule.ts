import type { ScanMemo, SecretMatch, SecretRule } from './secret-rule.ts'
import { isPlaceholder, looksRandom } from './secret-value.ts'

/** `user:` or `user@`, not an IPv6 address; a port, or what stands for one, is no password where a path follows. */
const USER = /:\/\/(?!\[)([^\s/?#:@"'\\<>`]{0,256})(?:@|:(?!(?:\d{1,5}|\w{0,16}port|\$?\{[^}\s]{0,40}\})[/?#]))/iy
const PASSWORD_LIMIT = 1_024
const ENDS = /[\s"'\\<>`]/

/** `scheme://user:password@host`: the password alone is replaced, or all of it where the user is a token. */
export const urlPasswordRule: SecretRule = {
  anchors: [['abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789', ':', '/', '/']],
  match(text, at, memo): SecretMatch | undefined {
    const from = at + '://'.length + 1
    // Most URLs have no user: no `@` follows within the limits.
    if (nextAt(text, from, memo) - from > PASSWORD_LIMIT + 256) return undefined
    USER.lastIndex = at + 1
    const user = USER.exec(text)?.[1]
    if (user === undefined) return undefined
    const afterUser = USER.lastIndex
    const isToken = user.length >= 20 && looksRandom(user, false)
    const userEnd = from + user.length
    if (text[userEnd] === '@') return isToken ? { start: from, end: userEnd, kind: 'url-token' } : undefined
    const end = passwordEnd(text, afterUser)
    if (end === undefined) return undefined
    if (isToken) return { start: from, end, kind: 'url-token' }
    if (isPlaceholder(text.slice(afterUser, end))) return undefined
    return { start: afterUser, end, kind: 'url-password' }
  },
}

/**
 * The last `@` before white space or a quote: people put passwords into addresses without encoding them. One after a
 * slash begins a scope, as of a package, unless it is the only one.
 */
function passwordEnd(text: string, start: number): number | undefined {
  const run = text.slice(start, start + PASSWORD_LIMIT)
  const length = run.search(ENDS)
  const bounded = length < 0 ? run : run.slice(0, length)
  let end = bounded.lastIndexOf('@')
  while (end > 0 && bounded[end - 1] === '/' && bounded.lastIndexOf('@', end - 1) >= 0) {
    end = bounded.lastIndexOf('@', end - 1)
  }
  return end < 0 ? undefined : start + end
}

function nextAt(text: string, from: number, memo: ScanMemo): number {
  if (memo.nextAt < from) {
    const index = text.indexOf('@', from)
    memo.nextAt = index < 0 ? Number.POSITIVE_INFINITY : index
  }
  return memo.nextAt
}
