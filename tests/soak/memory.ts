import { fittedSlope } from '@codex/test-kit/fitted-slope'

/** Memory at a moment, in MiB. */
export interface Sample {
  /** Since the start. */
  seconds: number
  residentMib: number
  /** Of both threads, what is not yet collected included. */
  heapMib: number
}

export interface Trend {
  residentEarlyMib: number
  residentLateMib: number
  residentPeakMib: number
  /** Of the straight line through resident memory from the second quarter on, in MiB a minute. */
  residentSlopeMibPerMinute: number
  /** The least heap of the second quarter, and of the last. */
  heapEarlyMib: number
  heapLateMib: number
  /** Of the straight line through the least heap of every 10 s, from the second quarter on, in MiB a minute. */
  heapSlopeMibPerMinute: number
  flat: boolean
}

const WINDOW_S = 10
/** A byte for each event that stays would be 0.1 MiB a minute; the least of 40 samples wavers by 2 or 3 MiB. */
export const MAX_HEAP_SLOPE_MIB_PER_MINUTE = 2
/** With V8's own limit of the worker's young generation, which doubles twice in that time, it was 8 to 10. */
export const MAX_RESIDENT_SLOPE_MIB_PER_MINUTE = 1

/**
 * What is retained is what is left after each collection: the lower edge of the heap, and that it must not grow. Resident
 * memory must not grow either, whatever holds it. The first quarter is the warm-up.
 */
export function trendOf(samples: readonly Sample[]): Trend {
  const part = (from: number, to: number): readonly Sample[] =>
    samples.slice(Math.floor(samples.length * from), Math.floor(samples.length * to))
  const resident = (some: readonly Sample[]): number => median(some.map(({ residentMib }) => residentMib))
  const [early, late, warm] = [part(0.25, 0.5), part(0.75, 1), part(0.25, 1)]
  const heapSlopeMibPerMinute = 60 * fittedSlope(lowerEdge(warm))
  const residentSlopeMibPerMinute = 60 * fittedSlope(warm.map(({ seconds, residentMib }) => [seconds, residentMib]))
  return {
    residentEarlyMib: resident(early),
    residentLateMib: resident(late),
    residentPeakMib: Math.max(...samples.map(({ residentMib }) => residentMib)),
    residentSlopeMibPerMinute,
    heapEarlyMib: leastHeap(early),
    heapLateMib: leastHeap(late),
    heapSlopeMibPerMinute,
    flat:
      heapSlopeMibPerMinute <= MAX_HEAP_SLOPE_MIB_PER_MINUTE &&
      residentSlopeMibPerMinute <= MAX_RESIDENT_SLOPE_MIB_PER_MINUTE,
  }
}

const leastHeap = (samples: readonly Sample[]): number => Math.min(...samples.map(({ heapMib }) => heapMib))

function lowerEdge(samples: readonly Sample[]): [seconds: number, mib: number][] {
  const windows = new Map<number, Sample[]>()
  for (const sample of samples) {
    const index = Math.floor(sample.seconds / WINDOW_S)
    windows.set(index, [...(windows.get(index) ?? []), sample])
  }
  return [...windows].map(([index, some]) => [index * WINDOW_S, leastHeap(some)])
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? Number.NaN
}
