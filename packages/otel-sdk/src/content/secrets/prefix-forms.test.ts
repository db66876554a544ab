import { describe, expect, it } from 'vitest'
import { ALPHABETS, type FixedPrefix, fixedPrefixes } from './fixed-prefixes.ts'
import { rarestAnchor } from './prefix-forms.ts'
import { createScrubber } from './scrub.ts'
import { invented } from './testing/secret-case.ts'

const membersOf = (alphabet: FixedPrefix['alphabet']) => {
  const member = new RegExp(`[${ALPHABETS[alphabet]}]`)
  return Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)).filter(
    char => member.test(char) && /[A-Za-z0-9]/.test(char),
  )
}

const tokenOf = ({ prefix, alphabet, min }: FixedPrefix) => {
  const letters = membersOf(alphabet).join('')
  return `${prefix}${invented(min, letters.replaceAll('A', '') || letters, 11)}`
}

describe('a credential with a fixed beginning', () => {
  it.each(fixedPrefixes)('is replaced: $prefix ($rule)', row => {
    const token = tokenOf(row)
    const scrubber = createScrubber()
    for (const around of [token, `id ${token}`, `"${token}"`, `x=${token}\n`, `['${token}', 1]`]) {
      expect(scrubber.scrub(around)).not.toContain(token.slice(-12))
    }
  })

  it.each(fixedPrefixes)('is replaced no further than it goes: $prefix', row => {
    expect(createScrubber().scrub(`before ${tokenOf(row)} after`)).toBe(`before [SCRUBBED:${row.kind}] after`)
  })

  it.each(fixedPrefixes)('is not what only begins so: $prefix', ({ prefix }) => {
    for (const text of [`${prefix} is the prefix`, `${prefix}short`, `const PREFIX = '${prefix}'`]) {
      expect(createScrubber().scrub(text)).toBe(text)
    }
  })
})

it('chooses the part of a prefix that is rare in other texts', () => {
  expect(rarestAnchor('xsmtpsib-').anchor.join('')).toBe('xsmt')
  expect(rarestAnchor('AQVN').offset).toBe(0)
  expect(rarestAnchor('ico-', true).offset).toBe(1)
  expect(rarestAnchor('AKCp', true).offset).toBe(0)
  expect(rarestAnchor('A3-').anchor.slice(0, 3)).toEqual(['A', '3', '-'])
})
