import pixelmatch from 'pixelmatch'
import type { Picture } from './png.ts'

/** The side of the square in which differences are counted: one element that moves is much of a square and little of a page. */
const SQUARE = 256
/** Of the pixels of any such square. */
const TOLERATED = 0.002
/** How far a colour may be from the other, of the distance between black and white: more than a palette takes away. */
const COLOUR_THRESHOLD = 0.1

/** What is different, with the pixels that are in red on a pale picture; `undefined` where the pictures are equal. */
export function differenceOf(stored: Picture, drawn: Picture): { what: string; picture?: Picture } | undefined {
  const { width, height } = stored
  if (width !== drawn.width || height !== drawn.height) {
    return { what: `it is ${drawn.width} by ${drawn.height} pixels, and was ${width} by ${height}` }
  }
  const picture = { width, height, data: new Uint8Array(stored.data.length) }
  const options = { threshold: COLOUR_THRESHOLD, includeAA: true }
  const most = pixelmatch(stored.data, drawn.data, null, width, height, { ...options, windowSize: SQUARE })
  if (most <= TOLERATED * SQUARE * SQUARE) return undefined
  const all = pixelmatch(stored.data, drawn.data, picture.data, width, height, options)
  const share = ((100 * all) / (width * height)).toFixed(2)
  return { what: `${all} pixels (${share} %) are different, ${most} of them in one square of ${SQUARE}`, picture }
}
