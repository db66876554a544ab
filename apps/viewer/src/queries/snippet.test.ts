import { expect, it } from 'vitest'
import { parseSearch } from './parse-search.ts'
import { hitsOf, snippetOf } from './snippet.ts'

const snippet = (text: string, typed: string): string[] | undefined => snippetOf(text, hitsOf(parseSearch(typed).terms))

it('a snippet has the hits between what is none', () => {
  expect(snippet('run the spool and the Spooler', 'spool')).toEqual(['run the ', 'spool', ' and the ', 'Spooler', ''])
  expect(snippet('run the spool and the Spooler', 'spool ')).toEqual(['run the ', 'spool', ' and the Spooler'])
  expect(snippet('a rate\n  limit (429)', '"rate limit" 429')).toEqual(['a ', 'rate\n  limit', ' (', '429', ')'])
})

it('a snippet finds words without their accents, as the index does', () => {
  expect(snippet('Prüfe das Ergebnis', 'prufe')).toEqual(['', 'Prüfe', ' das Ergebnis'])
  expect(snippet('prufe', 'Prüfe')).toEqual(['', 'prufe', ''])
})

it('a snippet of a long text is the piece around the first hit', () => {
  const parts = snippet(`${'x '.repeat(500)}needle${' y'.repeat(500)}`, 'needle')
  expect(parts?.[0]).toMatch(/^…(?: ?x){29,30} $/)
  expect(parts?.[1]).toBe('needle')
  expect(parts?.join('').length).toBeLessThan(230)
  expect(parts?.at(-1)).toMatch(/…$/)
})

it('a text without a hit has no snippet, and without words to look for its beginning is one', () => {
  expect(snippet('nothing here', 'needle')).toBeUndefined()
  expect(snippet('the beginning\nof a text', '')).toEqual(['the beginning of a text'])
})

it('what was typed is no pattern', () => {
  expect(snippet('a.c abc', '"a.c"')).toEqual(['', 'a.c', ' abc'])
  expect(snippet('(((', '((( x')).toBeUndefined()
})
