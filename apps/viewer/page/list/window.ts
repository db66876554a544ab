/** Where the rows of a list are, by heights of which some are only assumed. */
export class Heights {
  /** The top of each row, and the end of the last. */
  readonly tops: Float64Array

  constructor(heights: readonly number[]) {
    this.tops = new Float64Array(heights.length + 1)
    for (const [index, height] of heights.entries()) this.tops[index + 1] = (this.tops[index] ?? 0) + height
  }

  get total(): number {
    return this.tops.at(-1) ?? 0
  }

  top(index: number): number {
    return this.tops[Math.max(0, Math.min(index, this.tops.length - 1))] ?? 0
  }

  /** The row at this distance from the top. */
  at(offset: number): number {
    let low = 0
    let high = Math.max(0, this.tops.length - 2)
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.tops[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return low
  }

  /** The rows that a window shows, and a few on either side. */
  range(scrollTop: number, height: number, spare: number): { first: number; end: number } {
    const count = this.tops.length - 1
    if (count === 0) return { first: 0, end: 0 }
    const first = Math.max(0, this.at(scrollTop) - spare)
    return { first, end: Math.min(count, this.at(scrollTop + height) + 1 + spare) }
  }
}

/** How far to scroll so that a row is wholly in the window; as it is where it is there already. */
export function scrollToShow(heights: Heights, index: number, scrollTop: number, height: number): number {
  const top = heights.top(index)
  const bottom = heights.top(index + 1)
  if (top < scrollTop || bottom - top > height) return top
  return bottom > scrollTop + height ? bottom - height : scrollTop
}
