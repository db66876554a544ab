import { describe, expect, it } from 'vitest'
import { configuredScrubber } from './configured-scrubber.ts'
import { loadPatterns } from './load-patterns.ts'
import { configOf } from './signal-start.fixture.ts'

const contentOf = (content: Record<string, unknown>) => configOf({ content }).content

describe('the scrubber of a signal', () => {
  it("replaces what the user's patterns match", async () => {
    const content = contentOf({ scrub_patterns: ['ACME-[0-9]{4}'] })
    const scrubber = configuredScrubber(content, await loadPatterns(content))
    expect(scrubber.scrub('key ACME-1234')).toBe('key [SCRUBBED:custom]')
  })

  it('is not made without the patterns that the configuration has', () => {
    const content = contentOf({ scrub_patterns: ['ACME-[0-9]{4}'] })
    expect(() => configuredScrubber(content, undefined)).toThrow('the scrub patterns are missing')
  })

  it('loads nothing where the configuration has no patterns', async () => {
    expect(await loadPatterns(contentOf({}))).toBeUndefined()
  })

  it('leaves texts as they are where scrubbing is off', () => {
    const text = 'PASSWORD=hunter2'
    expect(configuredScrubber(contentOf({ scrub: false }), undefined).scrub(text)).toBe(text)
    expect(configuredScrubber(contentOf({}), undefined).scrub(text)).toBe('PASSWORD=[SCRUBBED:password]')
  })
})
