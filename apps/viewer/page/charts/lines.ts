/** Paths in a box of 100 by 100. */
export interface LinePaths {
  /** Of values that follow each other. */
  line: string
  /** Of those that stand alone. */
  dots: string
}

/** The paths of values over equal steps, with nothing for one that is not there. */
export function linePaths(values: readonly (number | null)[], top: number): LinePaths {
  const step = 100 / Math.max(1, values.length)
  const paths = { line: '', dots: '' }
  for (const [index, value] of values.entries()) {
    if (value === null) continue
    const isFirst = index === 0 || values[index - 1] === null
    const isLast = index === values.length - 1 || values[index + 1] === null
    const x = round((index + 0.5) * step)
    const y = round(100 - (100 * Math.min(value, top)) / top)
    if (isFirst && isLast) paths.dots += `M${x} ${y}h0.01`
    else paths.line += `${isFirst ? 'M' : 'L'}${x} ${y}`
  }
  return paths
}

const round = (value: number): number => Math.round(value * 100) / 100
