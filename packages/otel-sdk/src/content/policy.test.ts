import { describe, expect, it } from 'vitest'
import { finishIdentity } from './hash-identity.ts'
import { redactText, withholdIdentity } from './policy.ts'
import { sanitizeText } from './sanitize-text.ts'
import { createScrubber } from './secrets/scrub.ts'

describe('a text', () => {
  it('is exactly [REDACTED] when it is off', () => {
    expect(redactText('Say hello please', 'off')).toBe('[REDACTED]')
  })

  it('tells only its length in code points', () => {
    expect(redactText('hello 😀', 'length')).toBe('[REDACTED length=7]')
  })

  it('passes in full up to the cap', () => {
    expect(redactText('hello', 'full')).toBe('hello')
    expect(redactText('x'.repeat(100_000), 'full').length).toBeLessThan(100_000)
  })

  it('goes through the worker unchanged once redacted', () => {
    const scrubber = createScrubber()
    for (const policy of ['off', 'length'] as const) {
      const redacted = redactText('API_KEY=abc', policy)
      expect(sanitizeText(redacted, scrubber)).toEqual({ text: redacted, truncated: false })
    }
  })

  it('is scrubbed before it is cut', () => {
    const text = `${'x'.repeat(2_030)} API_KEY=${'s'.repeat(40)}`
    const finished = sanitizeText(text, createScrubber(), { keepUnits: 8_192, wireBytes: 2_048 })
    expect(finished.text).not.toContain('sss')
    expect(finished.truncated).toBe(true)
  })
})

describe('an identity', () => {
  const through = (value: string | undefined, policy: Parameters<typeof finishIdentity>[2]) =>
    finishIdentity(withholdIdentity(value, policy), 'email', policy)

  it('goes as the policy says', () => {
    expect(through('dev@example.com', 'full')).toBe('dev@example.com')
    expect(through('dev@example.com', 'off')).toBeUndefined()
    expect(through('dev@example.com', 'length')).toBe('[REDACTED length=15]')
    expect(through('dev@example.com', 'hash')).toMatch(/^sha256:[0-9a-f]{64}$/)
    expect(through(undefined, 'hash')).toBeUndefined()
  })

  it('has one pseudonym for all spellings of an e-mail address, and another as an account', () => {
    expect(through(' Dev@Example.com', 'hash')).toBe(through('dev@example.com', 'hash'))
    expect(finishIdentity('dev@example.com', 'accountId', 'hash')).not.toBe(through('dev@example.com', 'hash'))
  })
})
