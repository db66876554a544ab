import { expect, it } from 'vitest'
import { Heights, scrollToShow } from './window.ts'

it('a window of a list has the rows in it and a few on either side, whatever their heights', () => {
  const heights = new Heights([10, 20, 30, 40, 50, 60])
  expect([heights.total, heights.top(2), heights.top(99)]).toEqual([210, 30, 210])
  expect([-5, 0, 9, 10, 59, 60, 209, 900].map(offset => heights.at(offset))).toEqual([0, 0, 0, 1, 2, 3, 5, 5])
  expect(heights.range(35, 30, 0)).toEqual({ first: 2, end: 4 })
  expect(heights.range(35, 30, 1)).toEqual({ first: 1, end: 5 })
  expect(heights.range(0, 1_000, 3)).toEqual({ first: 0, end: 6 })
  expect(new Heights([]).range(0, 100, 3)).toEqual({ first: 0, end: 0 })
})

it('of 7,500 rows a window has less than 60', () => {
  const heights = new Heights(Array.from({ length: 7_500 }, () => 28))
  for (const scrollTop of [0, 1_234, 100_000, heights.total - 900]) {
    const { first, end } = heights.range(scrollTop, 900, 6)
    expect(end - first).toBeLessThan(60)
    expect(heights.top(first)).toBeLessThanOrEqual(scrollTop)
    expect(heights.top(end)).toBeGreaterThanOrEqual(Math.min(heights.total, scrollTop + 900))
  }
})

it('a list scrolls no further than until the row is in the window', () => {
  const heights = new Heights([100, 100, 100, 100, 500])
  expect(scrollToShow(heights, 1, 50, 200)).toBe(50)
  expect(scrollToShow(heights, 0, 50, 200)).toBe(0)
  expect(scrollToShow(heights, 3, 50, 200)).toBe(200)
  // Of a row that is higher than the window, its beginning is shown.
  expect(scrollToShow(heights, 4, 0, 200)).toBe(400)
})
