import { commandWords } from './command-words.ts'
import { literal, type ScanMemo, type SecretMatch, type SecretRule } from './secret-rule.ts'
import { isPlaceholder } from './secret-value.ts'

/** `-u`, `-sSu`, `-ume:password`: options of one letter that take nothing may stand before it. */
const SHORT = /^-[#0-6aBfgGiIjJklLnNOpqRsSvZ]{0,16}([uUbxE])/
const LONG = /^--(user|proxy-user|oauth2-bearer|cookie|pass|proxy-pass|proxy|preproxy|cert)(?:=|$)/
const QUOTES = /^(\\{0,8}["'])([\s\S]*)\1$/

/** Credentials among the arguments of `curl`. */
export const curlRule: SecretRule = {
  anchors: [literal('curl')],
  match(text, at, memo) {
    if (at < memo.commandEnd || /[\w-]/.test(text.charAt(at - 1))) return undefined
    let option = ''
    for (const { start, end } of commandWords(text, at + 'curl'.length)) {
      memo.commandEnd = end
      const word = text.slice(start, end)
      if (option !== '') {
        report(text, option, start, end, memo)
        option = ''
        continue
      }
      const [given, name] = SHORT.exec(word) ?? LONG.exec(word) ?? []
      if (given === undefined || name === undefined) continue
      if (given.length === word.length && !given.endsWith('=')) option = name
      else report(text, name, start + given.length, end, memo)
    }
    return undefined
  },
}

/** Notes what is secret in the value of an option. */
function report(text: string, option: string, from: number, to: number, memo: ScanMemo): void {
  const [start, end] = unquoted(text, from, to)
  const value = text.slice(start, end)
  const found = option === 'b' || option === 'cookie' ? cookies(value) : passwordOf(option, value)
  if (found === undefined) return
  const [secretStart, secretEnd] = unquoted(text, start + found.from, start + found.to)
  if (secretStart >= secretEnd || isPlaceholder(text.slice(secretStart, secretEnd))) return
  memo.later.push({ start: secretStart, end: secretEnd, kind: found.kind } satisfies SecretMatch)
}

function unquoted(text: string, start: number, end: number): [number, number] {
  const quote = QUOTES.exec(text.slice(start, end))?.[1]
  return quote === undefined ? [start, end] : [start + quote.length, end - quote.length]
}

interface Part {
  from: number
  to: number
  kind: string
}

/** A file of cookies has no `=`. */
function cookies(value: string): Part | undefined {
  const first = /^[^\s=;]{1,128}=([^\s;]{4,})/.exec(value)?.[1]
  return first === undefined || isPlaceholder(first) ? undefined : { from: 0, to: value.length, kind: 'cookie' }
}

function passwordOf(option: string, value: string): Part | undefined {
  if (option === 'oauth2-bearer') return { from: 0, to: value.length, kind: 'token' }
  if (option === 'pass' || option === 'proxy-pass') return { from: 0, to: value.length, kind: 'password' }
  if (option === 'E' || option === 'cert') {
    const file = /^[^\s:]{2,128}:(?!\/)/.exec(value)?.[0].length
    return file === undefined ? undefined : { from: file, to: value.length, kind: 'password' }
  }
  const isProxy = option === 'x' || option.endsWith('proxy')
  // An address with a scheme is left to the rule for those.
  const user = isProxy
    ? /^[^\s:/@$]{1,128}:(?=[^\s/]{1,256}@)/.exec(value)
    : /^[^\s:$]{0,128}(?:\$\{?\w{1,64}\}?)?:/.exec(value)
  if (user === null) return undefined
  return { from: user[0].length, to: isProxy ? value.lastIndexOf('@') : value.length, kind: 'password' }
}
