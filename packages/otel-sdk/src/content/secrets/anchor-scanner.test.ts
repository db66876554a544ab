import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createAnchorScanner } from './anchor-scanner.ts'
import { anyCase, literal } from './secret-rule.ts'

const scanner = createAnchorScanner([
  { anchor: literal('abca'), value: 'one' },
  { anchor: literal('bbab'), value: 'two' },
  { anchor: anyCase('cafe'), value: 'three' },
  { anchor: ['a', 'b', 'b', 'ac'], value: 'four' },
])

function find(text: string): string[] {
  const found: string[] = []
  scanner.load(text)
  for (let index = scanner.next(0); index >= 0; index = scanner.next(index + 1)) {
    for (const value of scanner.at(index)) found.push(`${index} ${value}`)
  }
  return found
}

it('finds every anchor, overlapping ones too', () => {
  expect(find('xxabcabca CaFe')).toEqual(['2 one', '5 one', '10 three'])
  expect(find('abba')).toContain('0 four')
  expect(find('')).toEqual([])
  expect(find('abc')).toEqual([])
})

it('misses none in any text', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', 'b', 'c', 'caf', 'E', '日', 'š'), { maxLength: 60 }), parts => {
      const text = parts.join('')
      const found = new Set(find(text))
      for (const { index } of text.matchAll(/(?=abca)/g)) expect(found).toContain(`${index} one`)
      for (const { index } of text.matchAll(/(?=bbab)/g)) expect(found).toContain(`${index} two`)
      for (const { index } of text.matchAll(/(?=cafe)/gi)) expect(found).toContain(`${index} three`)
      for (const { index } of text.matchAll(/(?=abb[ac])/g)) expect(found).toContain(`${index} four`)
    }),
  )
})

it('tells a text of ASCII from another, however long it is and whatever was loaded before', () => {
  for (const length of [0, 1, 31, 32, 33, 100, 16_383, 16_384, 20_000]) {
    const text = 'a'.repeat(length)
    expect(scanner.load(text)).toBe(length <= 32 ? 'plain' : 'ascii')
    for (const char of ['é', '日', '😀', '\u009b', '\ud800']) {
      expect(scanner.load(text + char)).toBe('other')
      expect(scanner.load(char + text)).toBe('other')
    }
  }
  expect(scanner.load('\u001b[m')).toBe('ascii')
})

it('forgets the text before', () => {
  find('abca'.repeat(10_000))
  expect(find('abcb')).toEqual([])
  expect(find('xabc')).toEqual([])
})
