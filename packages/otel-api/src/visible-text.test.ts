import { describe, expect, it } from 'vitest'
import { visibleText } from './visible-text.ts'

const of = (...codePoints: number[]): string => String.fromCodePoint(...codePoints)
const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i)
const shown = (codePoint: number): string => `\\u{${codePoint.toString(16)}}`

/** What must never reach a person as it is, whether the text is judged or only read. */
const HOSTILE: readonly (readonly [name: string, codePoints: readonly number[]])[] = [
  ['marks and controls of direction', [0x61c, 0x200e, 0x200f, ...range(0x202a, 0x202e), ...range(0x2066, 0x2069)]],
  ['the C0 controls but for tab and line feed', [...range(0, 8), ...range(0x0b, 0x1f), 0x7f]],
  ['the C1 controls', range(0x80, 0x9f)],
  ['separators of lines and paragraphs', [0x2028, 0x2029]],
  ['zero-width space, word joiner, byte order mark', [0x200b, 0x2060, 0xfeff]],
  ['tag characters', range(0xe0000, 0xe007f)],
  ['further selectors of variants', [...range(0xfe00, 0xfe0d), ...range(0xe0100, 0xe01ef)]],
  ['Hangul fillers', [0x115f, 0x1160, 0x3164, 0xffa0]],
  ['a blank Braille pattern and other blanks', [0x2800, 0x1d159, 0x16fe4]],
  ['the joiner of graphemes', [0x34f]],
  ['Mongolian selectors and the vowel separator', range(0x180b, 0x180f)],
  ['inherent vowels of Khmer', [0x17b4, 0x17b5]],
  ['invisible operators, deprecated controls', range(0x2061, 0x206f)],
  ['controls of shorthand and of music', [...range(0x1bca0, 0x1bca3), ...range(0x1d173, 0x1d17a)]],
  ['interlinear annotations', range(0xfff9, 0xfffb)],
  ['halves of a pair', [0xd800, 0xdbff, 0xdc00, 0xdfff]],
  ['private use', [0xe000, 0xf8ff, 0xf0000, 0x10fffd]],
  ['noncharacters', [0xfdd0, 0xfffe, 0xffff, 0x10ffff]],
]

describe.each(['exact', 'prose'] as const)('in a text that is %s', how => {
  it.each(HOSTILE)('shows %s as code points', (_, codePoints) => {
    for (const codePoint of codePoints) {
      expect(visibleText(`a${of(codePoint)}b`, how)).toBe(`a${shown(codePoint)}b`)
    }
  })

  it('leaves what is seen as it is', () => {
    const seen = 'rm -rf "$HOME"/* && echo \\u{202e} «Größe» 日本語 한국어 ไทย हिन्दी שלום سلام e\u0301 👍🏽 🇩🇪 😀 ❤ ©'
    expect(visibleText(seen, how)).toBe(seen)
  })

  it('shows marks that would be painted over what stands before or above', () => {
    expect(visibleText('\u0301ab', how)).toBe('\\u{301}ab')
    expect(visibleText(`a${'\u0301'.repeat(6)}`, how)).toBe(`a${'\u0301'.repeat(4)}\\u{301}\\u{301}`)
  })
})

it('leaves an exact text nothing but what takes room, on one line', () => {
  for (const codePoint of [
    0x09,
    0x0a,
    0xa0,
    0xad,
    0x1680,
    ...range(0x2000, 0x200a),
    0x200c,
    0x200d,
    0x202f,
    0x205f,
    0x3000,
    0xfe0e,
    0xfe0f,
  ]) {
    expect(visibleText(of(codePoint))).toBe(shown(codePoint))
  }
  expect(visibleText('👩\u200d💻 ❤\ufe0f')).toBe('👩\\u{200d}💻 ❤\\u{fe0f}')
})

it('leaves prose its lines, its spaces and its joined letters and pictures', () => {
  const prose = 'Voilà\u00a0!\n\t日本\u3000語 می\u200cخواهم 👩\u200d💻 ❤\ufe0f Sil\u00adbe'
  expect(visibleText(prose, 'prose')).toBe(prose)
})
