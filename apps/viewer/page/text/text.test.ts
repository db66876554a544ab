import { describe, expect, it } from 'vitest'
import { terminalRuns } from './ansi.ts'
import { amount, duration, percent, size, stopwatch } from './quantities.ts'
import { oneLine, piecesOf, plainText, withheld } from './visible.ts'

const ESC = '\x1b'

describe('terminal text', () => {
  it('keeps its colours and weights as classes, and loses its sequences', () => {
    expect(terminalRuns(`a${ESC}[1;31mb${ESC}[22mc${ESC}[0md`)).toEqual([
      { text: 'a', classes: '' },
      { text: 'b', classes: 't-bold t-red' },
      { text: 'c', classes: 't-red' },
      { text: 'd', classes: '' },
    ])
    expect(terminalRuns(`${ESC}[38;5;196mred${ESC}[38;2;0;0;255mblue${ESC}[39;48;5;7mon`)).toEqual([
      { text: 'red', classes: 't-red' },
      { text: 'blue', classes: 't-blue' },
      { text: 'on', classes: 't-on' },
    ])
  })

  it.each([
    `${ESC}[2J${ESC}[1;1Htext`,
    `${ESC}]0;title\x07text`,
    `${ESC}]8;;http://example.com/${ESC}\\text${ESC}]8;;${ESC}\\`,
    `${ESC}Pq#0${ESC}\\text`,
    `\x9b31mtext`,
    `${ESC}[8mtext${ESC}[m`,
    `${ESC}(Btext${ESC}7${ESC}8`,
  ])('%j is shown as its text alone', text => {
    expect(terminalRuns(text).map(run => run.text)).toEqual(['text'])
  })

  it('shows an escape that begins no sequence', () => {
    expect(piecesOf(`a${ESC}`)).toEqual([
      { kind: 'text', text: 'a', classes: '' },
      { kind: 'control', code: 'U+001B' },
    ])
  })
})

describe('a text of others', () => {
  it.each([
    ['\u202e', 'U+202E'],
    ['\u2066', 'U+2066'],
    ['\u200b', 'U+200B'],
    ['\ufeff', 'U+FEFF'],
    ['\u00ad', 'U+00AD'],
    ['\u2028', 'U+2028'],
    ['\u0000', 'U+0000'],
    ['\u3164', 'U+3164'],
    ['\u{e0041}', 'U+E0041'],
    ['\ud800', 'U+D800'],
  ])('shows %j as its code', (character, code) => {
    expect(piecesOf(`a${character}b`)).toEqual([
      { kind: 'text', text: 'a', classes: '' },
      { kind: 'control', code },
      { kind: 'text', text: 'b', classes: '' },
    ])
  })

  it('keeps line breaks, tabs, marks and emoji of several parts', () => {
    for (const text of ['a\n\tb', 'e\u0301', '👩🏽‍💻', '❤️‍🔥', 'äöü 🚀', '日本']) {
      expect(piecesOf(text)).toEqual([{ kind: 'text', text, classes: '' }])
    }
    expect(plainText('a\r\nb\rc')).toBe('a\nbU+000Dc')
  })

  it('has chips in place of secrets, and none where the words are only alike', () => {
    expect(piecesOf('key=[SCRUBBED:github-token] [SCRUBBED:<b>]')).toEqual([
      { kind: 'text', text: 'key=', classes: '' },
      { kind: 'scrubbed', name: 'github-token' },
      { kind: 'text', text: ' [SCRUBBED:<b>]', classes: '' },
    ])
  })

  it('that was not sent is told from one that speaks of it', () => {
    expect(withheld('[REDACTED]')).toEqual({ length: undefined })
    expect(withheld('[REDACTED length=12]')).toEqual({ length: 12 })
    expect(withheld('<REDACTED>')).toEqual({ length: undefined })
    expect(withheld('why is it [REDACTED]?')).toBeUndefined()
  })

  it('is cut between characters', () => {
    expect(oneLine(' a\n\n b\tc ')).toBe('a b c')
    expect(oneLine('🚀🚀🚀🚀', 3)).toBe('🚀🚀…')
  })
})

it('quantities are short, and what is not known is no zero', () => {
  expect([0, 999, 999.6, 1_234, 999_600, 12_345_678, 2.5e9, 9.99e14, 1e308, null].map(amount)).toEqual([
    ...['0', '999', '1.00 k', '1.23 k', '1.00 M', '12.3 M', '2.50 G', '999 T', '>999 T', '-'],
  ])
  expect([0, 999.4, 999.6, 59_960, 119_600, 3_599_600, 7_260_000, 90_000_000, undefined].map(duration)).toEqual([
    ...['0 ms', '999 ms', '1.0 s', '1 m 0 s', '2 m 0 s', '1 h 0 m', '2 h 1 m', '1 d 1 h', '-'],
  ])
  expect([42_000, 3_800_000].map(stopwatch)).toEqual(['0:42', '1:03:20'])
  expect([12, 999_600, 2e9].map(size)).toEqual(['12 B', '1.00 MB', '2.00 GB'])
  expect([percent(1, 3), percent(0, 0)]).toEqual(['33 %', '-'])
})
