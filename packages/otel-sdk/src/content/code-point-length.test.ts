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

it('counts code points within the first 1,048,576 units, and units past them', () => {
  const unit = 'x😀y'
  expect(codePointLength(unit.repeat(262_144))).toBe(3 * 262_144)
  expect(codePointLength(unit.repeat(524_288))).toBe(3 * 262_144 + 4 * 262_144)
  expect(codePointLength('x'.repeat(2_000_000))).toBe(2_000_000)
})

it('gives the number of units of a text that is too long to be read', () => {
  expect(codePointLength('😀'.repeat(50_000_000))).toBe(100_000_000)
})
