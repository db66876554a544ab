import { timingSafeEqual } from 'node:crypto'
import { expect, it, vi } from 'vitest'
import { sameSecret } from './same-secret.ts'

vi.mock(import('node:crypto'), async original => {
  const crypto = await original()
  return { ...crypto, timingSafeEqual: vi.fn(crypto.timingSafeEqual) }
})

const SECRET = 'a-secret-of-this-test'

it.each([
  ['the secret', SECRET, true],
  ['nothing', '', false],
  ['its beginning', SECRET.slice(0, -1), false],
  ['more than it', `${SECRET}x`, false],
  ['another one', SECRET.toUpperCase(), false],
])('%s is compared in full, whatever its length', (_what, given, is) => {
  const compare = vi.mocked(timingSafeEqual)
  compare.mockClear()
  expect(sameSecret(given, SECRET)).toBe(is)
  const compared = compare.mock.calls.map(both => both.map(({ byteLength }) => byteLength))
  expect(compared).toEqual([[32, 32]])
})
