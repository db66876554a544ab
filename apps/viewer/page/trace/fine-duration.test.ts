import { expect, it } from 'vitest'
import { fineDuration } from './fine-duration.ts'

it.each([
  [0, '0'],
  [0.000_000_4, '1 ns'],
  [0.000_25, '250 ns'],
  [0.001, '1 µs'],
  [0.001_5, '1.5 µs'],
  [0.012_4, '12 µs'],
  [0.4, '0.4 ms'],
  [12, '12 ms'],
])('%d ms are %s', (ms, text) => {
  expect(fineDuration(ms)).toBe(text)
})
