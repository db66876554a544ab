import type { Anchor } from './anchor-scanner.ts'

/** A line break, also as an escape of JSON, itself escaped any number of times. Part of expressions. */
export const LINE_BREAK: string = String.raw`(?:\r?\n|(?:\\{1,8}r)?\\{1,8}n)`

/** A stretch of a text that must not leave. */
export interface SecretMatch {
  start: number
  /** Exclusive. */
  end: number
  /** What it is; goes into the placeholder. Lower case and dashes. */
  kind: string
}

/** Recognises one family of secrets. */
export interface SecretRule {
  /** Every match contains one of them: where none stands, the rule is never asked. */
  anchors: readonly Anchor[]
  /**
   * The first characters of what begins a text and has no anchor there, because the anchors begin with the character
   * before: the rule is asked for it with `at` -1.
   */
  startsText?: string
  /**
   * The secret that has this rule's anchor at `at`, if there is one. Must decide within `CAP_MARGIN` units from the
   * secret's beginning, take the rest greedily, and cost a bounded number of steps when it answers `undefined`:
   * all of scrubbing is linear because of it.
   */
  match(text: string, at: number, memo: ScanMemo): SecretMatch | undefined
}

/** What rules remember while one text is scanned from left to right, so that nothing is looked for twice. */
export interface ScanMemo {
  /** The text goes on past what the scrubber sees. */
  capped: boolean
  /** Control characters were met as JSON writes them: `\u001b`, `\u009b`. */
  hasEscapes: boolean
  /** A run of JSON-web-token characters known to hold no token ends here. */
  jwtDeadUntil: number
  /** Where the next `-----END` and `-----BEGIN` stand; the text's length when there is none; -1 when not yet known. */
  pemEnd: number
  pemBegin: number
  /** The arguments of a command were read up to here. */
  commandEnd: number
  /** What was found further on than where the search is: that goes on from where it is. */
  later: SecretMatch[]
  /** Where the next `@` stands; infinite when there is none; -1 when not yet known. */
  nextAt: number
}

/** Makes the anchors of a literal of four characters or more: its first four. */
export function literal(text: string): Anchor {
  const [first, second, third, fourth] = text as unknown as [string, string, string, string]
  return [first, second, third, fourth]
}

/** Makes the anchor of four characters in either case. */
export function anyCase(text: string): Anchor {
  const both = [...text].map(char => char.toLowerCase() + char.toUpperCase())
  return both as unknown as Anchor
}

/** A table over UTF-16 units that has 1 for each of the characters: cheaper to ask than an expression. */
export function isCode(chars: string): Uint8Array {
  const codes = new Uint8Array(0x10000)
  for (const char of chars) codes[char.charCodeAt(0)] = 1
  return codes
}
