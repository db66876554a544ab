import { describe, expect, it } from 'vitest'
import { compilePattern } from './compile-pattern.ts'

describe('a pattern of the user', () => {
  it.each([
    ['EMP-\\d{6}', 'EMP-'],
    ['internal-[a-z]+\\.example\\.com', '.example.com'],
    ['(?:abc)?token_[0-9a-f]{32}', 'token_'],
    ['ab', undefined],
    ['foo|barbaz', undefined],
    ['abcd*efg', 'abc'],
    ['abcd+efg', 'abcd'],
    ['[abc]{3}def', 'def'],
    ['\\bACME\\b-x', 'ACME-x'],
    ['(foo|bar)quux', 'quux'],
    ['a{3}bcdx?', 'bcd'],
    ['\\w+@corp\\.example', '@corp.example'],
    ['(?i)emp-\\d+', undefined],
  ])('%s is taken; every match contains %j', (source, literal) => {
    expect(compilePattern(source)).toMatchObject({ literal, kind: 'custom' })
  })

  it.each([
    ['EMP-\\d{6}', 'EMP-123456'],
    ['abcd*efg', 'abcefg'],
    ['abcd+efg', 'abcddefg'],
    ['a{3}bcdx?', 'aaabcd'],
    ['x\\.\\/y\\\\z', 'x./y\\z'],
    ['\\u0041bcd', 'Abcd'],
  ])('the part that %s must contain is in what it matches', (source, text) => {
    const compiled = compilePattern(source)
    if ('problem' in compiled) throw new Error(compiled.problem)
    expect(text).toMatch(compiled.expression)
    if (compiled.literal !== undefined) expect(text).toContain(compiled.literal)
  })

  it('ignores case behind (?i)', () => {
    const compiled = compilePattern('(?i)emp-\\d+')
    expect('expression' in compiled && 'EMP-1'.replace(compiled.expression, '')).toBe('')
  })

  it.each([
    ['(', /is not a regular expression/],
    ['x'.repeat(513), /513 characters long; at most 512/],
    ['a*', /matches the empty text/],
    ['', /matches the empty text/],
    ['(a+)+$', /repeats a group that repeats something itself/],
    ['((ab)*c){2,}x', /repeats a group that repeats something itself/],
    ['(?:a|a)+b', /repeats a group of alternatives/],
    ['(a)\\1x', /back reference/],
  ])('%s is refused with a reason', (source, reason) => {
    expect(compilePattern(source)).toMatchObject({ problem: expect.stringMatching(reason) })
  })
})
