import { expect, it } from 'vitest'
import { pauseAfter } from './pause.ts'

it('the pause before the next try doubles up to 30 seconds, and is as long as the server asks for', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 900].map(failures => pauseAfter(failures, null))).toEqual([
    ...[1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000],
  ])
  expect(pauseAfter(1, '5')).toBe(5_000)
  expect(pauseAfter(6, '5')).toBe(30_000)
  expect(pauseAfter(1, '120')).toBe(120_000)
  expect(pauseAfter(1, 'Sun, 06 Nov 1994 08:49:37 GMT')).toBe(1_000)
})
