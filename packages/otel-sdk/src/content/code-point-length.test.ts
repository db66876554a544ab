import fc from 'fast-check'
import { expect, it } from 'vitest'
import { codePointLength } from './code-point-length.ts'

it('counts code points, not UTF-16 units', () => {
  expect(codePointLength('')).toBe(0)
  expect(codePointLength('Größe')).toBe(5)
  expect(codePointLength('a😀b👍🏽')).toBe(5)
})

it('agrees with the iterator on any text, half surrogate pairs included', () => {
  const unit = fc.constantFrom('\ud83d', '\ude00', '\ud83d\ude00', '\udbff\udfff', 'a', 'é', '日')
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 40 }), units => {
      const text = units.join('')
      expect(codePointLength(text)).toBe([...text].length)
    }),
  )
})

it('counts ten million characters', () => {
  expect(codePointLength('x'.repeat(10_000_000))).toBe(10_000_000)
  expect(codePointLength('x😀'.repeat(3_000_000))).toBe(6_000_000)
})
