import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { countRecords } from './count-records.ts'
import { keepRecords } from './keep-records.ts'
import { decodeRecords } from './read-records.ts'
import { SIGNAL_NAMES } from './signals.ts'

const fixture = (name: string): Buffer => readFileSync(new URL(`../../fixtures/${name}`, import.meta.url))

describe.each(SIGNAL_NAMES)('the records of %s', signal => {
  it.each(['binary', 'json'] as const)('are kept by their places in %s', encoding => {
    if (signal === 'traces' && encoding === 'json') return expect(() => fixture('traces.json')).toThrow('ENOENT')
    const body = fixture(`${signal}.${encoding === 'json' ? 'json' : 'bin'}`)
    const all: unknown[] = decodeRecords(signal, body, encoding)
    expect(all.length).toBeGreaterThan(1)
    const odd = keepRecords(signal, body, encoding, place => place % 2 === 1)
    expect(decodeRecords(signal, odd, encoding)).toEqual(all.filter((_, place) => place % 2 === 1))
    expect(
      decodeRecords(
        signal,
        keepRecords(signal, body, encoding, () => true),
        encoding,
      ),
    ).toEqual(all)
    expect(
      countRecords(
        signal,
        keepRecords(signal, body, encoding, () => false),
        encoding,
      ),
    ).toBe(0)
  })
})
