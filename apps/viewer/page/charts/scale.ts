/** The ends of an axis whose halves are read at a glance, too. */
const ENDS = [1, 2, 3, 4, 5, 6, 8, 10]
const STEPS = [1, 2, 5, 10]

/** The end of an axis that is not less than the value. */
export const axisEnd = (value: number): number => ceilingOf(value, ENDS)

/** Steps of 1, 2 or 5 times a power of ten within a length, at most `most` of them, from 0 on. */
export function ticksOf(length: number, most: number): number[] {
  if (length <= 0) return [0]
  const step = ceilingOf(length / most, STEPS)
  return Array.from({ length: Math.floor(length / step + 1e-9) + 1 }, (_, index) => index * step)
}

/** The first of the numbers, times a power of ten, that is not less than the value. */
function ceilingOf(value: number, numbers: readonly number[]): number {
  if (value <= 0) return 1
  const power = 10 ** Math.floor(Math.log10(value))
  return (numbers.find(number => number * power >= value * (1 - 1e-9)) ?? 10) * power
}

/** Where a duration is between two others on a scale of powers, 0 to 1. */
export function logPlace(value: number, low: number, high: number): number {
  const [from, to] = [Math.log(Math.max(low, 0.001)), Math.log(Math.max(high, 0.002))]
  if (to <= from) return 0
  return Math.min(1, Math.max(0, (Math.log(Math.max(value, 0.001)) - from) / (to - from)))
}
