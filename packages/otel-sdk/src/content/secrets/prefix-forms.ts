import type { Anchor } from './anchor-scanner.ts'
import { ALPHABETS, type FixedPrefix, fixedPrefixes } from './fixed-prefixes.ts'
import type { TokenForm } from './token-rule.ts'

const ANCHOR_UNITS = 4
const ALNUM = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'

/** Pairs of characters as often as they stand in the sources and documents of this repository: often, and now and then. */
const OFTEN: ReadonlySet<string> = new Set(
  (
    're er on st in or th es co te en at de he ed ns nt po ec ro nd le rt me se it al ti ex tr ri ea an ne ve to pe ' +
    'et un is ce ng ue ct om fi ts ar ur xp io ad ta ot na s. ha ol ou el ke ut ai no ef as .t nc im li il be hi ch ' +
    'ry qu am 00 tu od mp ss lu ra so pr tt rn iv ac ig lo ge us wa e: ow fr s: sp em si of va fo pa rs eq ho e. oo ' +
    't. oi ic pt ca ty ma ll ag .. bl id sa wh um ds -- gn rr'
  ).split(' '),
)
const SOMETIMES: ReadonlySet<string> = new Set(
  (
    'if ey fa la sh yp op xt ls og .s cr di do tp rd oc ep aw ab os ir nu ht mb r. fu d: ru ok t: pl wn ia ld yn ay ' +
    'bo .c mi we au yt .e ul sc ev ck tc ly ie gs vi ei wi ew d. su .r tl ib nl cc .a .p lt ap ob by cl n. ov rc bu ' +
    'l. lp eg je y. mo .f av gr sy ff ms sw ys nf rv n: .o dp fe .m ft ps ak .l gt nv 10 ua ki bj pp wr gm eo hr nn ' +
    'ni ip y: uc pi ba vo r: gi t- cs rp l: wo rm pc nk da dd 0. iz h. lv dy pu rl ee ax sk uf ox .0 mm fl p- _0 ub ' +
    'ga x- .d xy .n ze rk dr rf kn .h af'
  ).split(' '),
)

/** How often two characters stand together in ordinary texts, roughly: what the scanner stops at should be rare. */
function frequency(left: string, right: string): number {
  // The scanner stops at a dash or a low line before a letter in any case, for credentials such as `sk-...` and `hf_...`.
  if (right === ALNUM) return left === '-' || left === '_' ? 0.1 : 20
  if (OFTEN.has(left + right)) return 10
  return SOMETIMES.has(left + right) ? 3 : 0.5
}

/**
 * The four characters of a prefix that are rarest in other texts, and where they stand in it. `isFollowed`: what follows
 * the prefix is a letter or a digit, which may be the last of the four.
 */
export function rarestAnchor(prefix: string, isFollowed = false): { anchor: Anchor; offset: number } {
  const chars: string[] = [...prefix]
  if (isFollowed) chars.push(ALNUM)
  // One that is shorter is made longer by what may follow.
  while (chars.length < ANCHOR_UNITS) chars.push(ALNUM)
  const pair = (at: number) => frequency(chars[at] as string, chars[at + 1] as string)
  // The scanner stops at the last pair, and takes smaller steps at the others.
  const costOf = (at: number) => pair(at) + pair(at + 1) + 2 * pair(at + 2)
  let offset = 0
  for (let at = 1; at + ANCHOR_UNITS <= chars.length; at++) if (costOf(at) < costOf(offset)) offset = at
  return { anchor: chars.slice(offset, offset + ANCHOR_UNITS) as unknown as Anchor, offset }
}

const FOLLOWED_BY_ALNUM: ReadonlySet<FixedPrefix['alphabet']> = new Set(['hex', 'alnum', 'lower', 'capitals'])

function formOf({ kind, prefix, alphabet, min }: FixedPrefix): TokenForm {
  const { anchor, offset } = rarestAnchor(prefix, FOLLOWED_BY_ALNUM.has(alphabet))
  const members = ALPHABETS[alphabet]
  const couldBeWords = alphabet.startsWith('word')
  const start = prefix.replace(/[.$]/g, '\\$&')
  const digit = couldBeWords ? '(?=[A-Za-z_.=-]{0,40}\\d)' : ''
  return {
    kind,
    anchors: [anchor],
    offset: -offset,
    get pattern() {
      return new RegExp(`${start}${digit}[${members}]{${min},}`)
    },
    wordStart: /[A-Za-z0-9]/.test(prefix.charAt(0)),
  }
}

export const prefixForms: readonly TokenForm[] = fixedPrefixes.map(formOf)
