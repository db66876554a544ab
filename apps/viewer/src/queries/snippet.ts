import type { SearchTerm } from './parse-search.ts'
import { isUnspaced, LETTER } from './words.ts'

/** Characters of a snippet, and of what it has before the first hit. */
const LENGTH = 220
const BEFORE = 60

/** Finds the terms as the full-text index does: whole words in any case and without accents. `undefined` for no terms. */
export function hitsOf(terms: readonly SearchTerm[]): RegExp | undefined {
  if (terms.length === 0) return undefined
  const [joined, apart] = [new Set<string>(), new Set<string>()]
  for (const term of terms) (isUnspaced(term.words[0] ?? '') ? joined : apart).add(patternOf(term))
  // One look at what is before a word serves them all.
  const begun = apart.size === 0 ? [] : [`(?<!${LETTER})(?:${[...apart].join('|')})`]
  return new RegExp([...begun, ...joined].join('|'), 'giv')
}

function patternOf({ words, prefix }: SearchTerm): string {
  const parts = words.map((word, index) => {
    const before = words[index - 1]
    const isJoined = isUnspaced(word) || (before !== undefined && isUnspaced(before))
    const gap = before === undefined ? '' : `[^\\p{L}\\p{N}\\p{M}]{${isJoined ? 0 : 1},20}`
    return `${gap}${isUnspaced(word) ? word : `${plainLetters(word)}${wordEnd(prefix && index === words.length - 1)}`}`
  })
  return parts.join('')
}

const wordEnd = (goesOn: boolean): string => (goesOn ? `${LETTER}*` : `(?!${LETTER})`)

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
