import { describe, expect, it } from 'vitest'
import { createScrubber } from './scrub.ts'
import { KINDS } from './testing/kind-corpus.ts'

describe('a credential that its surroundings tell', () => {
  it.each(KINDS)('is replaced, and nothing else: $text', ({ kind, text, secret }) => {
    const written = text.includes(secret) ? secret : JSON.stringify(secret).slice(1, -1)
    expect(createScrubber().scrub(text)).toBe(text.replace(written, `[SCRUBBED:${kind}]`))
  })
})
