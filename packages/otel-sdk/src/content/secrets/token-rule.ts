import type { Anchor } from './anchor-scanner.ts'
import type { SecretRule } from './secret-rule.ts'

/**
 * Where a credential may begin: not inside a word, but right after an escape of JSON (`\\n`), of a URL (`%3D`) or of a
 * terminal (`ESC[32m`), whose last character is a letter or a digit.
 */
const WORD_START = String.raw`(?:(?<![A-Za-z0-9])|(?<=\\[bfnrt]|%[0-9A-Fa-f]{2}|\[[0-9;]{0,8}m|\\u[0-9A-Fa-f]{4}))`

/** Credentials that are recognised by how they are written. */
export interface TokenForm {
  kind: string
  anchors: readonly Anchor[]
  /** Where the pattern begins, seen from the anchor. Default: 0. */
  offset?: number
  /**
   * A fixed beginning, then a run of one character class without upper bound: nothing of it must be left over. The first
   * group is the secret, where only a part of the match is. Asked for once, when an anchor is first met.
   */
  pattern: RegExp
  /** What must stand before the pattern, within `BEFORE_UNITS`, and belongs to the secret; ends in `$`. */
  before?: RegExp
  /** The first character, where the anchors begin with one that stands before: at the beginning of a text there is none. */
  startsText?: string
  /** Whether a word before it rules it out. */
  wordStart?: boolean
}

const BEFORE_UNITS = 64

export function tokenRule(form: TokenForm): SecretRule {
  const { kind, anchors, offset = 0, before, startsText, wordStart = false } = form
  // Made when an anchor is first met: most of them never are, and each run of the worker would wait for all.
  let expression: RegExp | undefined
  const make = ({ source, flags }: RegExp): RegExp => new RegExp(wordStart ? WORD_START + source : source, `${flags}dy`)
  return {
    anchors,
    ...(startsText !== undefined && { startsText }),
    match(text, at) {
      const start = at + offset
      if (start < 0) return undefined
      expression ??= make(form.pattern)
      expression.lastIndex = start
      const spans = expression.exec(text)?.indices
      const span = spans?.[1] ?? spans?.[0]
      if (span === undefined) return undefined
      const lead = before?.exec(text.slice(Math.max(0, start - BEFORE_UNITS), start))
      if (lead === null) return undefined
      return { start: span[0] - (lead?.[0].length ?? 0), end: span[1], kind }
    },
  }
}
