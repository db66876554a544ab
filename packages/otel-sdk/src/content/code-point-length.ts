const PAIR = /[\ud800-\udbff][\udc00-\udfff]/

/**
 * The number of Unicode code points in a text, as `[...text].length` gives it (half a surrogate pair counts as one).
 * Texts without surrogate pairs are answered by one native search; 10 million units take some tens of milliseconds.
 */
export function codePointLength(text: string): number {
  const first = text.search(PAIR)
  if (first < 0) return text.length
  let pairs = 0
  let afterHigh = false
  for (let index = first; index < text.length; index++) {
    const kind = text.charCodeAt(index) & 0xfc00
    if (afterHigh && kind === 0xdc00) pairs++
    afterHigh = kind === 0xd800
  }
  return text.length - pairs
}
