import type { Anchor } from './anchor-scanner.ts'
import { ALPHABETS, type FixedPrefix, fixedPrefixes } from './fixed-prefixes.ts'
import type { TokenForm } from './token-rule.ts'

const ANCHOR_UNITS = 4
const LOWER = 'abcdefghijklmnopqrstuvwxyz'
const ALNUM = `${LOWER}${LOWER.toUpperCase()}0123456789`

const COMMON_PAIRS: ReadonlySet<string> = new Set(
  (
    'th he in er an re on at en nd ti es or te of ed is it al ar st to nt ng se ha as ou io le ve co me de hi ri ro ic ne ea ra ' +
    'ce li ch ll be ma si om ur pt ut ot ke ok ey ex xt ec ct fi il po pp ap ac cc ck iv xi na um mp pa pr ss so no lo la el em ' +
    'us up un ur cm pu ub od id ad ig ag im am sk ts rs ls ns rt tr e_ s_ t_ d_ k_ n_ _t _s _p e- s- t- d- n- -p -s'
  ).split(' '),
)

/** How often two characters stand together in ordinary texts, roughly: what the scanner stops at should be rare. */
function frequency(left: string, right: string): number {
  if (COMMON_PAIRS.has(left + right)) return 10
  return LOWER.includes(left) && LOWER.includes(right) ? 2 : 0.5
}

/** The four characters of a prefix that are rarest in other texts, and where they stand in it. */
export function rarestAnchor(prefix: string): { anchor: Anchor; offset: number } {
  // One that is shorter is made longer by what may follow.
  const chars: string[] = [...prefix]
  while (chars.length < ANCHOR_UNITS) chars.push(ALNUM)
  const pair = (at: number) => frequency(chars[at] as string, chars[at + 1] as string)
  // The scanner stops at the last pair, and takes smaller steps at the others.
  const costOf = (at: number) => pair(at) + pair(at + 1) + 2 * pair(at + 2)
  let offset = 0
  for (let at = 1; at + ANCHOR_UNITS <= chars.length; at++) if (costOf(at) < costOf(offset)) offset = at
  return { anchor: chars.slice(offset, offset + ANCHOR_UNITS) as unknown as Anchor, offset }
}

function formOf({ kind, prefix, alphabet, min }: FixedPrefix): TokenForm {
  const { anchor, offset } = rarestAnchor(prefix)
  const members = ALPHABETS[alphabet]
  const couldBeWords = alphabet.startsWith('word')
  const start = prefix.replace(/[.$]/g, '\\$&')
  const digit = couldBeWords ? '(?=[A-Za-z_.=-]{0,40}\\d)' : ''
  return {
    kind,
    anchors: [anchor],
    offset: -offset,
    pattern: new RegExp(`${start}${digit}[${members}]{${min},}`),
    wordStart: /[A-Za-z0-9]/.test(prefix.charAt(0)),
  }
}

export const prefixForms: readonly TokenForm[] = fixedPrefixes.map(formOf)
