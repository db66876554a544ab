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
  /** The least heap of the second quarter, and of the last. */
  heapEarlyMib: number
  heapLateMib: number
  /** Of the straight line through the least heap of every 10 s, from the second quarter on, in MiB a minute. */
  heapSlopeMibPerMinute: number
  flat: boolean
}

const WINDOW_S = 10
/** A byte for each event that stays would be 0.6 MiB a minute; the least of 40 samples wavers by 2 or 3 MiB. */
export const MAX_HEAP_SLOPE_MIB_PER_MINUTE = 2
/** The allocator gives back what it had at the peak of an outage late or never: this much between quarters is no growth. */
export const MAX_RESIDENT_GROWTH_MIB = 25

/**
 * What is retained is what is left after each collection: the lower edge of the heap, and that it must not grow. The first
 * quarter is the start.
 */
export function trendOf(samples: readonly Sample[]): Trend {
  const part = (from: number, to: number): readonly Sample[] =>
    samples.slice(Math.floor(samples.length * from), Math.floor(samples.length * to))
  const resident = (some: readonly Sample[]): number => median(some.map(({ residentMib }) => residentMib))
  const [early, late] = [part(0.25, 0.5), part(0.75, 1)]
  const residentEarlyMib = resident(early)
  const residentLateMib = resident(late)
  const heapSlopeMibPerMinute = 60 * slope(lowerEdge(part(0.25, 1)))
  return {
    residentEarlyMib,
    residentLateMib,
    residentPeakMib: Math.max(...samples.map(({ residentMib }) => residentMib)),
    heapEarlyMib: leastHeap(early),
    heapLateMib: leastHeap(late),
    heapSlopeMibPerMinute,
    flat:
      heapSlopeMibPerMinute <= MAX_HEAP_SLOPE_MIB_PER_MINUTE &&
      residentLateMib <= residentEarlyMib + MAX_RESIDENT_GROWTH_MIB,
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

/** Least squares. */
function slope(points: readonly (readonly [number, number])[]): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
  const x = mean(points.map(([seconds]) => seconds))
  const y = mean(points.map(([, mib]) => mib))
  let above = 0
  let below = 0
  for (const [seconds, mib] of points) {
    above += (seconds - x) * (mib - y)
    below += (seconds - x) ** 2
  }
  return above / below
}
