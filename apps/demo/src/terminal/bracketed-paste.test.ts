import { expect, it } from 'vitest'
import { MAX_PASTE, PasteParser, type Typed } from './bracketed-paste.ts'

const START = '\u001b[200~'
const END = '\u001b[201~'

/** What comes out of chunks, with a pause after the last one. */
function parse(...chunks: string[]): Typed[] {
  const parser = new PasteParser()
  return [...chunks.flatMap(chunk => parser.add(chunk)), ...parser.pause()]
}
const keys = (text: string): Typed => ({ kind: 'keys', text })
const paste = (text: string): Typed => ({ kind: 'paste', text })

it('keys and pastes come in their order, with line feeds as line breaks', () => {
  expect(parse(`a${START}one\r\ntwo\rthree\n${END}b`)).toEqual([keys('a'), paste('one\ntwo\nthree\n'), keys('b')])
  expect(parse('\u001b[A\u001b')).toEqual([keys('\u001b[A'), keys('\u001b')])
})

it('a mark is found wherever the chunks of a paste are cut', () => {
  const text = `a${START}one${END}b`
  for (let at = 1; at < text.length; at++) {
    const typed = parse(text.slice(0, at), text.slice(at))
    expect(typed.filter(({ kind }) => kind === 'paste')).toEqual([paste('one')])
    expect(typed.map(one => (one.kind === 'keys' ? one.text : '')).join('')).toBe('ab')
  }
})

it.each([
  ['an end with keys behind it', `${START}one${END}\rtwo${END}`, 'one\ntwo'],
  ['an end and a beginning', `${START}one${END}\r${START}two${END}`, 'one\ntwo'],
  ['a beginning', `${START}one${START}two${END}`, 'onetwo'],
])('a paste that holds the marks of %s stays one paste', (_what, text, whole) => {
  expect(parse(text)).toEqual([paste(whole)])
  expect(parse(...text)).toEqual([paste(whole)])
})

it('a mark of an end without a beginning is no key', () => {
  expect(parse(`a${END}b`)).toEqual([keys('ab')])
})

it('a paste whose end never comes ends after a while, so that the keyboard goes on', () => {
  const parser = new PasteParser()
  expect(parser.add(`${START}one`)).toEqual([])
  let typed: Typed[] = []
  for (let i = 0; i < 100 && parser.holds; i++) typed = parser.pause()
  expect(typed).toEqual([paste('one')])
  expect(parser.add('a')).toEqual([keys('a')])
})

it('a paste that is too large is left out, and held in little memory', () => {
  const chunk = 'x'.repeat(1024 * 1024)
  const chunks = Array.from({ length: MAX_PASTE / chunk.length + 1 }, () => chunk)
  expect(parse(START, ...chunks, `${END.slice(0, 3)}`, END.slice(3), 'k')).toEqual([
    { kind: 'paste-too-large' },
    keys('k'),
  ])
})
