import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { TEXT_LIMIT } from '../text-limits.ts'
import { createScrubber } from './scrub.ts'

const file = readFileSync(new URL('testing/ordinary-lines.txt', import.meta.url), 'utf8')
const lines = file.split('\n').filter(line => line !== '')
const scrubber = createScrubber()
const scrub = (text: string) => scrubber.scrub(text, { ...TEXT_LIMIT, keepUnits: text.length })

describe('a line of what agents read and write', () => {
  it('is one of 200 and more', () => {
    expect(lines.length).toBeGreaterThan(200)
  })

  it.each(lines.map(line => [line]))('stays byte for byte: %s', line => {
    expect(scrub(line)).toBe(line)
    const quoted = JSON.stringify({ cmd: line })
    expect(scrub(quoted)).toBe(quoted)
  })

  it('stays among the others', () => {
    expect(scrub(file)).toBe(file)
    const escaped = JSON.stringify(file)
    expect(scrub(escaped)).toBe(escaped)
  })
})
