import fc from 'fast-check'
import { expect, it } from 'vitest'
import { limitText } from './limit-text.ts'
import { RESPONSE_LIMIT, TEXT_LIMIT, TOOL_OUTPUT_LIMIT, toolOutputLimit } from './text-limits.ts'

const MARKER = '\n[... telemetry preview truncated ...]'

it('does not change a text of exactly the limit', () => {
  const text = 'x'.repeat(2_048)
  expect(limitText(text, TOOL_OUTPUT_LIMIT)).toEqual({ text, truncated: false })
})

it('cuts the output of a tool at 2,048 bytes and adds the marker', () => {
  const { text, truncated } = limitText('x'.repeat(2_049), TOOL_OUTPUT_LIMIT)
  expect(text).toBe('x'.repeat(2_048) + MARKER)
  expect(truncated).toBe(true)
})

it('cuts the output of a tool at the limit of the configuration', () => {
  expect(limitText('x'.repeat(101), toolOutputLimit(100))).toEqual({ text: 'x'.repeat(100) + MARKER, truncated: true })
  expect(limitText('x', toolOutputLimit(0))).toEqual({ text: MARKER.trim(), truncated: true })
  expect(limitText('', toolOutputLimit(0))).toEqual({ text: '', truncated: false })
  expect(toolOutputLimit(2_048)).toEqual(TOOL_OUTPUT_LIMIT)
})

it('cuts other texts at 64 KiB', () => {
  expect(limitText('x'.repeat(70_000)).text).toBe('x'.repeat(65_536) + MARKER)
  expect(limitText('x'.repeat(65_536)).truncated).toBe(false)
  expect(TEXT_LIMIT.wireBytes).toBe(64 * 1024)
})

it('counts bytes, and cuts at the border of a code point', () => {
  expect(limitText('é'.repeat(1_025), TOOL_OUTPUT_LIMIT).text).toBe('é'.repeat(1_024) + MARKER)
  expect(limitText('日'.repeat(683), TOOL_OUTPUT_LIMIT).text).toBe('日'.repeat(682) + MARKER)
  expect(limitText(`x${'😀'.repeat(512)}`, TOOL_OUTPUT_LIMIT).text).toBe(`x${'😀'.repeat(511)}${MARKER}`)
})

it('puts the marker on a line of its own without an empty one before it', () => {
  const text = `${'x'.repeat(2_047)}\n and more`
  expect(limitText(text, TOOL_OUTPUT_LIMIT).text).toBe('x'.repeat(2_047) + MARKER)
})

it('cuts a response at 65,536 bytes without a marker', () => {
  expect(limitText('日'.repeat(30_000), RESPONSE_LIMIT)).toEqual({ text: '日'.repeat(21_845), truncated: true })
  expect(limitText('short', RESPONSE_LIMIT, true)).toEqual({ text: 'short', truncated: true })
  expect(limitText('x'.repeat(65_536), RESPONSE_LIMIT)).toEqual({ text: 'x'.repeat(65_536), truncated: false })
})

it('marks a text that lost its end before', () => {
  expect(limitText('short', TEXT_LIMIT, true)).toEqual({ text: `short${MARKER}`, truncated: true })
})

it('keeps the longest beginning that fits, of any text', () => {
  const unit = fc.constantFrom('a', 'é', '日', '😀', '\n', '\ud83d', '\ude00')
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 60 }), fc.integer({ min: 1, max: 80 }), (units, wireBytes) => {
      const text = units.join('')
      let expected = ''
      for (const char of text) {
        if (Buffer.byteLength(expected + char) > wireBytes) break
        expected += char
      }
      const truncated = expected !== text
      if (truncated) expected += expected === '' || expected.endsWith('\n') ? MARKER.trimStart() : MARKER
      expect(limitText(text, { keepUnits: 100, wireBytes })).toEqual({ text: expected, truncated })
    }),
  )
})
