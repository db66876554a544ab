import { expect, it } from 'vitest'
import { utf8Length } from './utf8-length.ts'

it('counts bytes of UTF-8', () => {
  expect(['', 'abc', 'Größe', '日本', '😀', '\ud83d'].map(utf8Length)).toEqual([0, 3, 7, 6, 4, 3])
})

it('counts bytes within the first 1,048,576 units, and units past them', () => {
  expect(utf8Length('é'.repeat(1_048_576))).toBe(2 * 1_048_576)
  expect(utf8Length('é'.repeat(1_048_676))).toBe(2 * 1_048_576 + 100)
  expect(utf8Length(`${'x'.repeat(1_048_575)}😀`)).toBe(1_048_575 + 4)
  expect(utf8Length('é'.repeat(5_000_000))).toBe(5_000_000)
})
