import { splitsPair } from '../cap-text.ts'
import type { FindPatterns } from '../patterns/find-patterns.ts'
import { TEXT_LIMIT, type TextLimit } from '../text-limits.ts'
import { findSecrets, hasNoSecret, loadText } from './find-secrets.ts'
import { mergeMatches } from './merge-matches.ts'
import { findNamed } from './named-value.ts'
import type { SecretMatch } from './secret-rule.ts'
import {
  mayHaveSequences,
  mayHoldSequences,
  type Projection,
  readTerminalText,
  type TerminalText,
} from './terminal-text.ts'

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
  /**
   * Whether `scrub` gives back a text of ASCII that is no longer than the limit as it is; told from its bytes, and `false`
   * where it has to be read as a text.
   */
  passes(ascii: Uint8Array, start: number, end: number): boolean
  /** As `scrub`, for the value of a tag or an attribute: a credential is replaced as well where the key alone tells it. */
  scrubNamed(key: string, text: string, limit?: TextLimit): string
  /** Secrets replaced so far. */
  readonly count: number
}

const NONE: readonly SecretMatch[] = []
const PLACEHOLDER = /^\[SCRUBBED:[a-z0-9-]+\]$/

/** Makes the scrubber of one worker. Costs a scan in steps of up to three characters where a text holds no secret. */
export function createScrubber({ enabled = true, findPatterns }: ScrubberOptions = {}): Scrubber {
  let count = 0
  const scrubber: Scrubber = {
    scrub(text, limit = TEXT_LIMIT) {
      const keep =
        text.length > limit.keepUnits && splitsPair(text, limit.keepUnits) ? limit.keepUnits - 1 : limit.keepUnits
      if (!enabled) return text.length > keep ? text.slice(0, keep) : text
      const capped = text.length > keep
      const loaded = loadText(text)
      let shown = mayHaveSequences(text, loaded.kind) ? readTerminalText(text) : undefined
      let matches: readonly SecretMatch[] = shown === undefined ? findSecrets(loaded, keep, capped) : NONE
      if (shown === undefined && loaded.hasEscapes) shown = readTerminalText(text)
      if (shown !== undefined) matches = findShown(text, shown, keep, capped)
      if (findPatterns !== undefined) {
        const own = shown === undefined ? [] : inOriginal(findPatterns(shown.visible.text), shown.visible)
        matches = matches.concat(own, findPatterns(text))
      }
      if (shown !== undefined || findPatterns !== undefined) matches = mergeMatches(matches)
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
    passes(ascii, start, end) {
      if (!enabled) return true
      return findPatterns === undefined && !mayHoldSequences(ascii, start, end) && hasNoSecret(ascii, start, end)
    },
    scrubNamed(key, text, limit) {
      const scrubbed = scrubber.scrub(text, limit)
      // The value says best what it is.
      const named = enabled && !PLACEHOLDER.test(scrubbed) ? findNamed(key, text) : undefined
      if (named === undefined) return scrubbed
      count++
      return `${text.slice(0, named.start)}[SCRUBBED:${named.kind}]`
    },
    get count() {
      return count
    },
  }
  return scrubber
}

/**
 * The secrets of a text with control sequences: in what a terminal shows, and in what the sequences carry. Those with a
 * form of their own are looked for in the text itself too, where a sequence stands between them and a word; all of them
 * where what looks like a sequence may be a path or an expression.
 */
function findShown(
  text: string,
  { visible, carried, isCertain }: TerminalText,
  keep: number,
  capped: boolean,
): SecretMatch[] {
  const within = (projection: Projection) =>
    inOriginal(findSecrets(loadText(projection.text), projection.lengthBefore(keep), capped), projection)
  const found = [...within(visible), ...within(carried)]
  return found.concat(findSecrets(loadText(text), keep, capped, isCertain))
}

const inOriginal = (matches: readonly SecretMatch[], projection: Projection): SecretMatch[] =>
  matches.map(({ start, end, kind }) => ({ ...projection.span(start, end), kind }))
