import { describe, expect, it } from 'vitest'
import { type Sample, trendOf } from './memory.ts'

/** Two minutes of a heap that is collected every 5 s. */
const samples = (grownMib: (seconds: number) => number, residentMib = 170): Sample[] =>
  Array.from({ length: 480 }, (_, i) => {
    const seconds = i / 4
    return { seconds, residentMib, heapMib: 20 + 4 * (seconds % 5) + grownMib(seconds) }
  })

describe('trendOf', () => {
  it('calls flat what wavers, and what grows only in the beginning', () => {
    expect(trendOf(samples(() => 0))).toMatchObject({ flat: true, heapEarlyMib: 20, heapLateMib: 20 })
    expect(trendOf(samples(seconds => Math.min(seconds, 20))).flat).toBe(true)
  })

  it('calls nothing flat of which a little is left each time', () => {
    const trend = trendOf(samples(seconds => seconds / 20))
    expect(trend.heapSlopeMibPerMinute).toBeCloseTo(3, 0)
    expect(trend.flat).toBe(false)
  })

  it('calls nothing flat that holds ever more outside of the heap', () => {
    const leaking = samples(() => 0).map(sample => ({ ...sample, residentMib: 170 + sample.seconds / 2 }))
    expect(trendOf(leaking).flat).toBe(false)
  })
})
