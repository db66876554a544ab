import { createAnchorScanner, type TextKind } from './anchor-scanner.ts'
import { assignmentRule } from './assignment-rule.ts'
import { commandRules } from './command-rules.ts'
import { cookieRule } from './cookie-rule.ts'
import { curlRule } from './curl-rule.ts'
import { encodedKeyRule } from './encoded-key-rule.ts'
import { jwtRule } from './jwt-rule.ts'
import { mergeMatches } from './merge-matches.ts'
import { pairRule } from './pair-rule.ts'
import { privateKeyRule } from './private-key-rule.ts'
import { puttyKeyRule } from './putty-key-rule.ts'
import type { ScanMemo, SecretMatch, SecretRule } from './secret-rule.ts'
import { tokenRules } from './token-rules.ts'
import { urlPasswordRule } from './url-password-rule.ts'
import { webhookRule } from './webhook-rule.ts'

/** A text, ready to be searched. */
export interface LoadedText {
  readonly text: string
  readonly kind: TextKind
  /** Whether a search has met control characters as JSON writes them. */
  hasEscapes: boolean
}

const AFTER_CSI = '0123456789;?mKHJ'

/**
 * Finds no secret, but notes that control characters may be written as JSON writes them (`\u001b`, `\u009b`), as sources
 * do (`\x1b[`, `\033[`, `\e[`), and as `cat -v` does (`^[[`).
 */
const escapeRule: SecretRule = {
  anchors: [
    ['u', '0', '0', '19'],
    ['x{%', '1', 'bB', '[}'],
    ['0o\\', '3', '3', '['],
    ['\\', 'eE', '[', AFTER_CSI],
    ['S', 'C', '>', '['],
    ['^', '[', '[', AFTER_CSI],
    ['^', '[', '(', 'B0'],
  ],
  match(text, at, memo) {
    if (/\\(?:[uxo]|0{1,2}|u\{)?$|[%^]$|ES$|<ES?$/.test(text.slice(Math.max(0, at - 2), at + 1))) memo.hasEscapes = true
    return undefined
  },
}

const rules: readonly SecretRule[] = [
  escapeRule,
  privateKeyRule,
  puttyKeyRule,
  encodedKeyRule,
  urlPasswordRule,
  ...tokenRules,
  webhookRule,
  jwtRule,
  cookieRule,
  curlRule,
  ...commandRules,
  pairRule,
  assignmentRule,
]
const scanner = createAnchorScanner(rules.flatMap(rule => rule.anchors.map(anchor => ({ anchor, value: rule }))))

/** By the code of a text's first character: the rules that look there without an anchor. */
const startRules: (SecretRule[] | undefined)[] = Array.from({ length: 128 })
for (const rule of rules) {
  for (const first of rule.startsText ?? '') {
    const code = first.charCodeAt(0)
    startRules[code] = [...(startRules[code] ?? []), rule]
  }
}
const NO_RULES: readonly SecretRule[] = []

const NONE: SecretMatch[] = []

const FORMS: ReadonlySet<SecretRule> = new Set([...tokenRules, jwtRule])

/** The text that the scanner holds. */
let held: LoadedText | undefined

/** Takes a text in, for `findSecrets`. */
export function loadText(text: string): LoadedText {
  held = { text, kind: scanner.load(text), hasEscapes: false }
  return held
}

/**
 * The secrets of the text in their order, none overlapping another. What begins at `keep` or later need not be
 * found; `capped` says that the text goes on past what the scrubber sees. With `formsOnly`, only credentials that their
 * own form tells, whatever stands around them.
 */
export function findSecrets(loaded: LoadedText, keep: number, capped: boolean, formsOnly = false): SecretMatch[] {
  const { text } = loaded
  if (loaded !== held) {
    scanner.load(text)
    held = loaded
  }
  const starting = startRules[text.charCodeAt(0)]
  let index = scanner.next(0)
  if (index < 0 && starting === undefined) return NONE
  const found: SecretMatch[] = []
  const memo: ScanMemo = {
    capped,
    hasEscapes: false,
    jwtDeadUntil: -1,
    pemEnd: -1,
    pemBegin: -1,
    commandEnd: -1,
    later: [],
    nextAt: -1,
  }
  let done = 0
  for (const rule of formsOnly ? NO_RULES : (starting ?? NO_RULES)) {
    const match = rule.match(text, -1, memo)
    if (match === undefined) continue
    found.push(match)
    done = match.end
    index = scanner.next(done)
    break
  }
  // A key that begins before the border is told by its end alone when it lost its beginning.
  const until = memo.capped && !text.includes('PRIVATE KEY', keep) ? keep + LONGEST_LEAD : text.length
  while (index >= 0 && index < until) {
    const match = matchAt(text, index, memo, formsOnly)
    if (match !== undefined && match.end > done) {
      // A rule may look back over what an earlier one has taken.
      match.start = Math.max(match.start, done)
      found.push(match)
      done = match.end
    }
    index = scanner.next(Math.max(index + 1, done))
  }
  loaded.hasEscapes ||= memo.hasEscapes
  return memo.later.length > 0 ? mergeMatches(found.concat(memo.later)) : found
}

/**
 * Whether there is no secret in this part of a text of ASCII, which has no control sequences: told from its bytes, and `false`
 * where it would have to be read as a text.
 */
export function hasNoSecret(ascii: Uint8Array, start: number, end: number): boolean {
  return start === end || (startRules[ascii[start] as number] === undefined && scanner.absentFrom(ascii, start, end))
}

/** How far a secret may begin before the anchor by which it is found; more than any rule but that of private keys needs. */
const LONGEST_LEAD = 256

function matchAt(text: string, index: number, memo: ScanMemo, formsOnly: boolean): SecretMatch | undefined {
  for (const rule of scanner.at(index)) {
    if (formsOnly && !FORMS.has(rule)) continue
    const match = rule.match(text, index, memo)
    if (match === undefined) continue
    if (rule === assignmentRule) {
      // `OPENAI_API_KEY=sk-...`: the value says best what it is.
      const inner = scanner
        .at(match.start)
        .find(other => other !== assignmentRule)
        ?.match(text, match.start, memo)
      if (inner !== undefined && inner.start === match.start) match.kind = inner.kind
    }
    return match
  }
  return undefined
}
