import { expect, it } from 'vitest'
import { linePath } from './lines.ts'

it('a line goes through values that follow each other, and has no place where there is none', () => {
  expect(linePath([0, 5, null, 10, 10], 10)).toBe('M10 100L30 50M70 0L90 0')
})

it('a value that stands alone is a dot, and one above the axis is at its end', () => {
  expect(linePath([null, 5, null], 10)).toBe('M50 50h0.01')
  expect(linePath([20], 10)).toBe('M50 0h0.01')
  expect(linePath([null, null], 10)).toBe('')
})
