import { expect, it } from 'vitest'
import { checkPattern } from './check-pattern.ts'

it.each(['\\d+\\d+\\d+\\d+x', '.*.*.*=x'])('refuses %s, which takes cubic time', source => {
  expect(checkPattern(source)).toMatchObject({ problem: expect.stringMatching(/takes too long/) })
})

it('says what is wrong with the syntax', () => {
  expect(checkPattern('(a+)+$')).toMatchObject({ problem: expect.stringMatching(/repeats a group/) })
})

it.each(['EMP-\\d{6}', '\\b\\d{3}-\\d{2}-\\d{4}\\b', '(?i)internal[- ]?id[:=]\\s*\\w+', '[\\w.+-]+@corp\\.example'])(
  'takes %s',
  source => {
    expect(checkPattern(source)).toBeUndefined()
  },
)
