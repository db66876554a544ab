import { expect, it } from 'vitest'
import { linePaths } from './lines.ts'

it('a line goes through values that follow each other, and has no place where there is none', () => {
  expect(linePaths([0, 5, null, 10, 10], 10)).toEqual({ line: 'M10 100L30 50M70 0L90 0', dots: '' })
})

it('a value that stands alone is a dot, and one above the axis is at its end', () => {
  expect(linePaths([null, 5, null], 10)).toEqual({ line: '', dots: 'M50 50h0.01' })
  expect(linePaths([20], 10)).toEqual({ line: '', dots: 'M50 0h0.01' })
  expect(linePaths([null, null], 10)).toEqual({ line: '', dots: '' })
})
