const QUANTILES = [0.5, 0.95, 0.99]

/** The exact percentiles of numbers, `null` left out, as ClickHouse's quantilesExact has them; JSON of an array. */
export const quantiles = {
  start: (): number[] => [],
  step(numbers: number[], value: unknown): number[] {
    if (typeof value === 'number') numbers.push(value)
    return numbers
  },
  result(numbers: number[]): string {
    const sorted = Float64Array.from(numbers).sort()
    return JSON.stringify(
      QUANTILES.map(quantile => sorted[Math.min(Math.floor(quantile * sorted.length), sorted.length - 1)] ?? null),
    )
  },
}
