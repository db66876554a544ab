import { describe, expect, it } from 'vitest'
import { cpuMs } from '../cpu-ms.fixture.ts'
import { checkPatterns } from './check-patterns.ts'

describe('a pattern of the user', () => {
  it.each([
    'EMP-\\d{6}',
    '\\b\\d{3}-\\d{2}-\\d{4}\\b',
    '(?i)internal[- ]?id[:=]\\s*\\w+',
    '[\\w.+-]+@corp\\.example',
    '(a+)+$',
    '(?:a|a)+b',
    '(.*)*x',
    '\\d+\\d+\\d+\\d+x',
    '(?<name>a)(?P<other>b)',
    'a{,5}',
    '{x}]',
    '[]x]|[^]y',
    '[a-\\d-]',
    '[[:alpha:]]\\pL\\p{Greek}\\P{^Lu}',
    '\\x41\\x{1F600}\\u0041\\u{1F600}\\ud83d\\ude00\\cA\\0\\/\\-\\"',
    '(?i:a)(?s-i:.)(?m)^a$',
    '\\Aa\\z|\\Q(+\\E+',
    '\\w{1,1000}',
  ])('%s is taken', source => {
    expect(checkPatterns([source])).toEqual([])
  })

  it.each([
    ['ab(?=c)', 'with a lookahead at character 3', 'leave it away'],
    ['ab(?!c)', 'with a lookahead at character 3', 'leave it away'],
    ['(?<=a)b', 'with a lookbehind at character 1', 'leave it away'],
    ['a(?<!b)c', 'with a lookbehind at character 2', 'leave it away'],
    ['(a)\\1', 'with a back reference at character 4', 'once more'],
    ['(?<n>a)\\k<n>', 'with a back reference at character 8', 'once more'],
    ['a(', 'with a group that does not end at character 2', '\\\\('],
    ['a)', 'with a closing parenthesis without an opening one at character 2', '\\\\)'],
    ['ab[c', 'with a class that does not end at character 3', '\\\\['],
    ['a\\', 'with a backslash at character 2', 'behind it'],
    ['*a', 'with a repetition of nothing at character 1', 'backslash'],
    ['a|{2}', 'with a repetition of nothing at character 3', 'backslash'],
    ['\\b+a', 'with a repetition of nothing at character 1', 'away'],
    ['a**', 'with a repetition of a repetition at character 3', 'group'],
    ['a{2,1}', 'with a count whose end comes first at character 2', 'ends'],
    ['a{1001}', 'with a count of more than 1000 at character 2', '{1000,}'],
    ['[z-a]', 'with a range whose end comes first at character 2', 'ends'],
    ['[[:letter:]]', 'with an unknown class name at character 2', 'alpha'],
    ['\\p{Klingonish}', 'with an unknown Unicode property at character 1', 'Greek'],
    ['\\x{110000}', 'with a code past 10FFFF at character 1', 'Unicode'],
    ['\\y', 'with an unknown escape at character 1', 'without the backslash'],
    ['(?#note)a', 'with an unknown kind of group at character 1', '(?:...)'],
    ['('.repeat(60), 'with more than 50 groups in each other at character 51', 'parentheses'],
    ['x'.repeat(513), 'of 513 characters', 'at most 512'],
    ['a*', 'that matches the empty text', 'has to be there'],
    ['a|', 'that matches the empty text', 'has to be there'],
    ['', 'that matches the empty text', 'has to be there'],
    ['((a{1000}){1000}){1000}', 'whose counts make it too large', '2500'],
    ['((((){1000}){1000}){1000}){1000}a', 'whose counts make it too large', '2500'],
  ])('%j is refused; the message says what is wrong, where, and what to write', (source, problem, advice) => {
    expect(checkPatterns([source])).toEqual([{ index: 0, problem, advice: expect.stringContaining(advice) }])
  })

  it('is refused past the number and the size that all of them may have together', () => {
    expect(checkPatterns(Array.from({ length: 100 }, () => 'EMP-\\d{6}'))).toEqual([])
    expect(checkPatterns(Array.from({ length: 100_000 }, () => 'EMP'))).toMatchObject([
      { index: 100, problem: 'past the first 100' },
    ])
    expect(checkPatterns(['a{1000}', 'a{1000}', 'a{900}', 'b', 'a{1000}'])).toMatchObject([
      { index: 4, problem: expect.stringContaining('too large') },
    ])
  })

  it('is told with at most nine others that cannot be used', () => {
    const refused = (count: number) => Array.from({ length: count }, (_, i) => `${'(a*)*'.repeat(50)}|b{${i}}`)
    expect(checkPatterns([...refused(9), 'a'])).toHaveLength(9)
    const wrong = checkPatterns(['a', ...refused(100)])
    expect(wrong.map(({ index }) => index)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  })

  it.each([
    ['that match the empty text', '(a*)*'.repeat(100)],
    ['of Unicode properties', `[${'\\p{L}'.repeat(100)}]`],
    ['of unknown properties', `[${'\\p{L}'.repeat(100)}\\p{x}`],
    ['of flags', `${'(?i)'.repeat(127)}a`],
    ['of characters in a class', `[${'\\W'.repeat(250)}]`],
    ['of groups', `${'('.repeat(50)}${'a'.repeat(412)}${')'.repeat(50)}`],
    ['too large', 'a{1000}'.repeat(70)],
  ])('is checked with 99 others in a time that none of them makes long: %s', (_what, source) => {
    const sources = Array.from({ length: 100 }, () => source)
    expect(cpuMs(() => void checkPatterns(sources))).toBeLessThan(100)
  })

  it('is checked in a time that no pattern makes long', () => {
    const sources = [
      ...['(a+)+$', '(?:a|a)+b', '\\d+\\d+\\d+\\d+x', '.*.*.*=x', '(x+x+)+y', '((a{1,30}){1,30}){1,30}'],
      ...['(', '[', '(?:', 'a|', '\\p{L}', 'a{1,2}', '[^\\W]', '(?i)'].map(unit => unit.repeat(512 / unit.length)),
      `${'(?:'.repeat(40)}a${'{1,1000})'.repeat(40)}`,
      `${'('.repeat(50)}a${')+'.repeat(50)}b`,
    ]
    const began = process.threadCpuUsage()
    for (let round = 0; round < 10; round++) for (const source of sources) checkPatterns([source])
    const { user } = process.threadCpuUsage(began)
    expect(user / 1_000 / (10 * sources.length)).toBeLessThan(5)
  })
})
