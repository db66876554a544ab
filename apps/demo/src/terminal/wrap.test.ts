import { describe, expect, it } from 'vitest'
import { createWordStream, wrapLines, wrapWords } from './wrap.ts'

const TEXT = 'Ask me to "list the files", or  for the whole "tour".\n\n  - an item that is\n  - another'

describe('wrapLines', () => {
  it('breaks lines at spaces alone, and keeps their breaks and their beginnings', () => {
    expect(wrapLines(TEXT, 20).split('\n')).toEqual([
      'Ask me to "list the',
      'files", or  for the',
      'whole "tour".',
      '',
      '  - an item that is',
      '  - another',
    ])
  })

  it('gives a longer word a row of its own, and counts two columns for a wide character', () => {
    expect(wrapWords('in /home/me/.codex/config.toml now', 10)).toEqual(['in', '/home/me/.codex/config.toml', 'now'])
    expect(wrapWords('日本 語', 6)).toEqual(['日本', '語'])
  })

  it('begins no row with the spaces at which the row before it ended', () => {
    expect(wrapWords('four  five', 4)).toEqual(['four', 'five'])
    expect(wrapWords('four  five', 5)).toEqual(['four', 'five'])
  })

  it('does not break the parts of a list', () => {
    expect(wrapWords(['look for', 'doctor.id = 1'], 10)).toEqual(['look for', 'doctor.id = 1'])
  })

  it('leaves a text as it is where there is no width', () => {
    expect(wrapLines(TEXT, Number.POSITIVE_INFINITY)).toBe(TEXT)
  })
})

describe('a stream of words', () => {
  it.each([1, 2, 3, 7, 1000])('is wrapped as the whole text, in parts of %i characters', size => {
    let written = ''
    const stream = createWordStream(text => {
      written += text
    }, 20)
    for (let i = 0; i < TEXT.length; i += size) stream.write(TEXT.slice(i, i + size))
    expect(stream.end()).toBe(true)
    expect(written).toBe(wrapLines(TEXT, 20))
  })

  it('tells at its end whether the row has text', () => {
    const stream = createWordStream(() => {}, 20)
    stream.write('one\n')
    expect(stream.end()).toBe(false)
    stream.write('two')
    expect([stream.end(), stream.end()]).toEqual([true, false])
  })
})
