import fc from 'fast-check'
import { expect, it } from 'vitest'
import { capText } from './cap-text.ts'
import { CAP_MARGIN, TEXT_LIMIT, TOOL_OUTPUT_LIMIT } from './text-limits.ts'

it('returns a text within the limit as it is', () => {
  const text = 'x'.repeat(TEXT_LIMIT.keepUnits + CAP_MARGIN)
  expect(capText(text)).toBe(text)
})

it('keeps the limit and the margin of a longer text', () => {
  expect(capText('x'.repeat(1_000_000))).toHaveLength(65_536 + 8_192)
  expect(capText('x'.repeat(1_000_000), TOOL_OUTPUT_LIMIT)).toHaveLength(8_192 + 8_192)
})

it('cuts before a surrogate pair, never through it', () => {
  const limit = { keepUnits: 10, wireBytes: 10 }
  const text = `${'x'.repeat(9 + CAP_MARGIN)}😀😀`
  expect(capText(text, limit)).toBe('x'.repeat(9 + CAP_MARGIN))
})

it('keeps well-formed texts well-formed, and a prefix of what they were', () => {
  const limit = { keepUnits: 4, wireBytes: 4 }
  const long = 'y'.repeat(CAP_MARGIN - 2)
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', 'é', '日', '😀', '\ud83d', '\ude00'), { maxLength: 20 }), tail => {
      const text = long + tail.join('')
      const capped = capText(text, limit)
      expect(text.startsWith(capped)).toBe(true)
      // Node writes half a pair as U+FFFD: a text without halves comes back as it was.
      if (isWellFormed(text)) expect(isWellFormed(capped)).toBe(true)
      expect(capped.length).toBeGreaterThanOrEqual(Math.min(text.length, CAP_MARGIN + 4) - 1)
    }),
  )
})

function isWellFormed(text: string): boolean {
  return Buffer.from(text).toString() === text
}
