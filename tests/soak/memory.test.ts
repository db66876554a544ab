import { describe, expect, it } from 'vitest'
import { type Sample, trendOf } from './memory.ts'

/** A quarter of an hour of a heap that is collected every 5 s, and of a collector that fails every 8 s. */
const samples = (grownMib: (seconds: number) => number, residentGrownMib = grownMib): Sample[] =>
  Array.from({ length: 3_600 }, (_, i) => {
    const seconds = i / 4
    const outageMib = seconds % 8 < 2 ? 40 : 0
    return {
      seconds,
      residentMib: 170 + outageMib + residentGrownMib(seconds),
      heapMib: 20 + 4 * (seconds % 5) + grownMib(seconds),
    }
  })
const none = () => 0

describe('trendOf', () => {
  it('calls memory flat that wavers, and memory that grows only during the warm-up', () => {
    expect(trendOf(samples(none))).toMatchObject({ flat: true, heapEarlyMib: 20, heapLateMib: 20 })
    expect(trendOf(samples(seconds => Math.min(seconds, 200))).flat).toBe(true)
  })

  it('does not call a heap flat of which a little is left after each collection', () => {
    const trend = trendOf(samples(seconds => seconds / 20, none))
    expect(trend.heapSlopeMibPerMinute).toBeCloseTo(3, 0)
    expect(trend.flat).toBe(false)
  })

  it('does not call resident memory flat that grows by more than a MiB a minute while the heap does not', () => {
    const growing = (mibPerMinute: number) => trendOf(samples(none, seconds => (mibPerMinute * seconds) / 60))
    expect(growing(0.8)).toMatchObject({ flat: true, residentSlopeMibPerMinute: expect.closeTo(0.8, 1) })
    expect(growing(1.3)).toMatchObject({ flat: false, residentSlopeMibPerMinute: expect.closeTo(1.3, 1) })
  })

  it('does not call resident memory flat that grows in two steps, as a young generation that doubles', () => {
    const doubled = (seconds: number) => 44 + (seconds > 300 ? 33 : 0) + (seconds > 600 ? 64 : 0)
    expect(trendOf(samples(none, doubled)).flat).toBe(false)
  })
})
