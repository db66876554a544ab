import fc from 'fast-check'
import { expect, it } from 'vitest'
import * as page from '../../page/text/quantities.ts'
import { amount, counted, duration } from './text.ts'

it('a duration that is rounded up to the next unit is one of that unit', () => {
  expect([999.6, 59_960, 119_600, 3_599_700, 7_199_000, 86_390_000, 100 * 3_600_000].map(duration)).toEqual([
    ...['1.0 s', '1 m 0 s', '2 m 0 s', '1 h 0 m', '2 h 0 m', '1 d 0 h', '4 d 4 h'],
  ])
})

it('the program and its page say durations and amounts in the same words', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.double({ min: 0, max: 1e16, noNaN: true }), fc.double({ min: 0, noNaN: true })),
      fc.nat(),
      (value, count) => {
        expect([amount(value), duration(value)]).toEqual([page.amount(value), page.duration(value)])
        expect(counted(count, 'prompt')).toBe(page.counted(count, 'prompt'))
      },
    ),
  )
})
