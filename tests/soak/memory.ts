/** Resident memory at a moment. */
export interface Sample {
  /** Since the start. */
  seconds: number
  mib: number
}

export interface Trend {
  medianEarlyMib: number
  medianLateMib: number
  peakMib: number
  /** Of the straight line through the second half, in MiB a minute. */
  slopeMibPerMinute: number
  flat: boolean
}

/** What a busy machine and a lazy garbage collector make of a process that does not grow. */
const TOLERATED_MIB = 25

/** Compares the second quarter of a series with the last: the first is the start. */
export function trendOf(samples: readonly Sample[]): Trend {
  const quarter = (from: number): number[] =>
    samples.slice(Math.floor(samples.length * from), Math.floor(samples.length * (from + 0.25))).map(({ mib }) => mib)
  const medianEarlyMib = median(quarter(0.25))
  const medianLateMib = median(quarter(0.75))
  return {
    medianEarlyMib,
    medianLateMib,
    peakMib: Math.max(...samples.map(({ mib }) => mib)),
    slopeMibPerMinute: 60 * slope(samples.slice(samples.length >> 1)),
    flat: medianLateMib <= medianEarlyMib + TOLERATED_MIB,
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? Number.NaN
}

/** Least squares, in MiB a second. */
function slope(samples: readonly Sample[]): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
  const x = mean(samples.map(({ seconds }) => seconds))
  const y = mean(samples.map(({ mib }) => mib))
  let above = 0
  let below = 0
  for (const { seconds, mib } of samples) {
    above += (seconds - x) * (mib - y)
    below += (seconds - x) ** 2
  }
  return above / below
}
