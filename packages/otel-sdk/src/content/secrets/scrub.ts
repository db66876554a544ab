import { splitsPair } from '../cap-text.ts'
import type { FindPatterns } from '../patterns/find-patterns.ts'
import { TEXT_LIMIT, type TextLimit } from '../text-limits.ts'
import { findSecrets, loadText } from './find-secrets.ts'
import type { SecretMatch } from './secret-rule.ts'
import { mayHaveSequences, type Projection, readTerminalText, type TerminalText } from './terminal-text.ts'

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

const NONE: readonly SecretMatch[] = []

/** Makes the scrubber of one worker. Costs a scan in steps of up to three characters where a text holds no secret. */
export function createScrubber({ enabled = true, findPatterns }: ScrubberOptions = {}): Scrubber {
  let count = 0
  return {
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
      if (shown !== undefined || findPatterns !== undefined) matches = merge(matches)
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

/**
 * The secrets of a text with control sequences: in what a terminal shows, and in what the sequences carry. Those with a
 * form of their own are looked for in the text itself too, where a sequence stands between them and a word.
 */
function findShown(text: string, { visible, carried }: TerminalText, keep: number, capped: boolean): SecretMatch[] {
  const within = (projection: Projection) =>
    inOriginal(findSecrets(loadText(projection.text), projection.lengthBefore(keep), capped), projection)
  const found = [...within(visible), ...within(carried)]
  return found.concat(findSecrets(loadText(text), keep, capped, true))
}

const inOriginal = (matches: readonly SecretMatch[], projection: Projection): SecretMatch[] =>
  matches.map(({ start, end, kind }) => ({ ...projection.span(start, end), kind }))

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
