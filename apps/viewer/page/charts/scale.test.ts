import { expect, it } from 'vitest'
import { axisEnd, logPlace, ticksOf } from './scale.ts'

it('an axis ends with a number that is read at a glance', () => {
  expect([0, 0.25, 1, 3, 7, 10, 11, 420, 8_001].map(axisEnd)).toEqual([
    1,
    expect.closeTo(0.3, 10),
    1,
    3,
    8,
    10,
    20,
    500,
    10_000,
  ])
})

it('the steps of an axis are within it, and not more than there is room for', () => {
  expect(ticksOf(212, 6)).toEqual([0, 50, 100, 150, 200])
  expect(ticksOf(1, 5)).toHaveLength(6)
  expect(ticksOf(0, 5)).toEqual([0])
  for (const length of [0.37, 3, 99, 12_345]) expect(ticksOf(length, 6).length).toBeLessThanOrEqual(7)
})

it('on a scale of powers ten times as much is equally far', () => {
  expect([1, 10, 100, 1_000].map(value => logPlace(value, 1, 1_000))).toEqual(
    [0, 1 / 3, 2 / 3, 1].map(place => expect.closeTo(place, 10)),
  )
  expect([logPlace(0, 1, 10), logPlace(99, 1, 10), logPlace(5, 5, 5)]).toEqual([0, 1, 0])
})
