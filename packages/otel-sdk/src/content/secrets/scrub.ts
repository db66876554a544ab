import { splitsPair } from '../cap-text.ts'
import type { FindPatterns } from '../patterns/find-patterns.ts'
import { TEXT_LIMIT, type TextLimit } from '../text-limits.ts'
import { createAnchorScanner } from './anchor-scanner.ts'
import { assignmentRule } from './assignment-rule.ts'
import { commandRules } from './command-rules.ts'
import { cookieRule } from './cookie-rule.ts'
import { encodedKeyRule } from './encoded-key-rule.ts'
import { jwtRule } from './jwt-rule.ts'
import { pairRule } from './pair-rule.ts'
import { privateKeyRule } from './private-key-rule.ts'
import { puttyKeyRule } from './putty-key-rule.ts'
import type { ScanMemo, SecretMatch, SecretRule } from './secret-rule.ts'
import { tokenRules } from './token-rules.ts'
import { urlPasswordRule } from './url-password-rule.ts'
import { webhookRule } from './webhook-rule.ts'

export interface ScrubberOptions {
  /** Default: `true`. Off, every text stays as it is, but what lies past the limit is dropped all the same. */
  enabled?: boolean
  /** Finds what the user's own patterns match. Default: there are none. */
  findPatterns?: FindPatterns | undefined
}

export interface Scrubber {
  /**
   * Replaces every secret by `[SCRUBBED:<kind>]`, for example `[SCRUBBED:github-token]`, and drops what begins past
   * `limit.keepUnits`: the text was cut there on the caller's thread, with a margin in which a secret that crosses the
   * border is still recognised. Returns the very text when there is nothing to do.
   */
  scrub(text: string, limit?: TextLimit): string
  /** Secrets replaced so far. */
  readonly count: number
}

const rules: readonly SecretRule[] = [
  privateKeyRule,
  puttyKeyRule,
  encodedKeyRule,
  urlPasswordRule,
  ...tokenRules,
  webhookRule,
  jwtRule,
  cookieRule,
  ...commandRules,
  pairRule,
  assignmentRule,
]
const scanner = createAnchorScanner(rules.flatMap(rule => rule.anchors.map(anchor => ({ anchor, value: rule }))))

/** By the code of a text's first character: the rules that look there without an anchor. */
const startRules: (readonly SecretRule[] | undefined)[] = Array.from({ length: 128 }, (_, code) => {
  const starting = rules.filter(rule => rule.startsText?.includes(String.fromCharCode(code)))
  return starting.length > 0 ? starting : undefined
})
const NO_RULES: readonly SecretRule[] = []

/** Makes the scrubber of one worker. Costs a scan in steps of up to three characters where a text holds no secret. */
export function createScrubber({ enabled = true, findPatterns }: ScrubberOptions = {}): Scrubber {
  let count = 0
  return {
    scrub(text, limit = TEXT_LIMIT) {
      const keep =
        text.length > limit.keepUnits && splitsPair(text, limit.keepUnits) ? limit.keepUnits - 1 : limit.keepUnits
      if (!enabled) return text.length > keep ? text.slice(0, keep) : text
      let matches = findSecrets(text, keep)
      if (findPatterns !== undefined) matches = merge(matches.concat(findPatterns(text)))
      if (matches.length === 0) return text.length > keep ? text.slice(0, keep) : text
      let scrubbed = ''
      let from = 0
      for (const { start, end, kind } of matches) {
        if (start >= keep) break
        scrubbed += `${text.slice(from, start)}[SCRUBBED:${kind}]`
        from = end
        count++
      }
      return from < keep ? scrubbed + text.slice(from, keep) : scrubbed
    },
    get count() {
      return count
    },
  }
}

const NONE: SecretMatch[] = []

/** In the order of the text, none overlapping another. */
function findSecrets(text: string, keep: number): SecretMatch[] {
  scanner.load(text)
  const starting = startRules[text.charCodeAt(0)]
  let index = scanner.next(0)
  if (index < 0 && starting === undefined) return NONE
  const found: SecretMatch[] = []
  const memo: ScanMemo = { capped: text.length > keep, jwtDeadUntil: -1, pemEnd: -1, pemBegin: -1, nextAt: -1 }
  let done = 0
  for (const rule of starting ?? NO_RULES) {
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
    const match = matchAt(text, index, memo)
    if (match !== undefined && match.end > done) {
      // A rule may look back over what an earlier one has taken.
      match.start = Math.max(match.start, done)
      found.push(match)
      done = match.end
    }
    index = scanner.next(Math.max(index + 1, done))
  }
  return found
}

/** How far a secret may begin before the anchor by which it is found; more than any rule but that of private keys needs. */
const LONGEST_LEAD = 256

function matchAt(text: string, index: number, memo: ScanMemo): SecretMatch | undefined {
  for (const rule of scanner.at(index)) {
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

/** Sorts and joins overlapping matches; the first one's kind stays. */
function merge(matches: readonly SecretMatch[]): SecretMatch[] {
  const merged: SecretMatch[] = []
  for (const match of matches.toSorted((a, b) => a.start - b.start)) {
    const last = merged.at(-1)
    if (last !== undefined && match.start < last.end) last.end = Math.max(last.end, match.end)
    else merged.push({ ...match })
  }
  return merged
}
