/**
 * The path of values over equal steps, in a box of 100 by 100: a line where values follow each other, a dot for one that stands
 * alone, and nothing for one that is not there.
 */
export function linePath(values: readonly (number | null)[], top: number): string {
  const step = 100 / Math.max(1, values.length)
  let path = ''
  for (const [index, value] of values.entries()) {
    if (value === null) continue
    const isFirst = index === 0 || values[index - 1] === null
    const isLast = index === values.length - 1 || values[index + 1] === null
    const x = round((index + 0.5) * step)
    const y = round(100 - (100 * Math.min(value, top)) / top)
    path += `${isFirst ? 'M' : 'L'}${x} ${y}${isFirst && isLast ? 'h0.01' : ''}`
  }
  return path
}

const round = (value: number): number => Math.round(value * 100) / 100
