import type { SearchTerm } from './parse-search.ts'

/** Characters of a snippet, and of what it has before the first hit. */
const LENGTH = 220
const BEFORE = 60

const LETTER = '[\\p{L}\\p{N}\\p{M}]'

/** Finds the terms as the full-text index does: whole words in any case and without accents. `undefined` for no terms. */
export function hitsOf(terms: readonly SearchTerm[]): RegExp | undefined {
  if (terms.length === 0) return undefined
  const patterns = terms.map(({ words, prefix }) => {
    const phrase = words.map(plainLetters).join(`[^\\p{L}\\p{N}\\p{M}]{1,20}`)
    return `${phrase}${prefix ? `${LETTER}*` : `(?!${LETTER})`}`
  })
  return new RegExp(`(?<!${LETTER})(?:${patterns.join('|')})`, 'giu')
}

/**
 * A piece of a text around the first hit: what is no hit and what is one, by turns, the former first.
 * @returns `undefined` where the text has no hit; its beginning where there is nothing to look for
 */
export function snippetOf(text: string, hits: RegExp | undefined): string[] | undefined {
  if (!hits) return [oneLine(text.slice(0, LENGTH), false, text.length > LENGTH)]
  // As long as the text, so that places in it are places in the text.
  const searched = plainLetters(text)
  hits.lastIndex = 0
  const first = hits.exec(searched)
  if (!first) return undefined
  const start = Math.max(0, first.index - BEFORE)
  const end = Math.min(text.length, Math.max(start + LENGTH, first.index + first[0].length))
  const parts: string[] = []
  let at = start
  for (let hit: RegExpExecArray | null = first; hit && hit.index + hit[0].length <= end; hit = hits.exec(searched)) {
    parts.push(
      oneLine(text.slice(at, hit.index), at === start && start > 0, false),
      text.slice(hit.index, hit.index + hit[0].length),
    )
    at = hit.index + hit[0].length
  }
  parts.push(oneLine(text.slice(at, end), false, end < text.length))
  return parts
}

const oneLine = (text: string, goesOnBefore: boolean, goesOnAfter: boolean): string =>
  `${goesOnBefore ? '…' : ''}${text.replace(/\s+/g, ' ')}${goesOnAfter ? '…' : ''}`

/** Latin letters without their accents, each still one character. */
const plainLetters = (text: string): string =>
  text.replace(/[\u00c0-\u024f]/g, letter => letter.normalize('NFD').charAt(0))
