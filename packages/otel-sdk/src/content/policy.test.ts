import { describe, expect, it } from 'vitest'
import { hashIdentity } from './hash-identity.ts'
import { redactText, withholdIdentity } from './policy.ts'
import { sanitizeText } from './sanitize-text.ts'
import { createScrubber } from './secrets/scrub.ts'

describe('a text', () => {
  it('is exactly [REDACTED] when its policy is off', () => {
    expect(redactText('Say hello please', 'off')).toBe('[REDACTED]')
  })

  it('shows only its length in code points when its policy is length', () => {
    expect(redactText('hello 😀', 'length')).toBe('[REDACTED length=7]')
  })

  it('passes in full up to the cap', () => {
    expect(redactText('hello', 'full')).toBe('hello')
    expect(redactText('x'.repeat(100_000), 'full').length).toBeLessThan(100_000)
  })

  it('is not changed by the worker once it is redacted', () => {
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
  it("leaves the application's thread as the policy demands", () => {
    expect(withholdIdentity('dev@example.com', 'full')).toBe('dev@example.com')
    expect(withholdIdentity('dev@example.com', 'hash')).toBe('dev@example.com')
    expect(withholdIdentity('dev@example.com', 'off')).toBeUndefined()
    expect(withholdIdentity('dev@example.com', 'length')).toBe('[REDACTED length=15]')
    expect(withholdIdentity(undefined, 'hash')).toBeUndefined()
  })

  it('has one pseudonym for all spellings of an e-mail address, and another as an account', () => {
    const hash = hashIdentity('dev@example.com', 'email')
    expect(hash).toMatch(/^sha256:[0-9a-f]{64}$/)
    expect(hashIdentity(' Dev@Example.com', 'email')).toBe(hash)
    expect(hashIdentity('dev@example.com', 'accountId')).not.toBe(hash)
  })
})
