import { decode, encode, type IndexedColors } from 'fast-png'

/** A picture of 4 bytes a pixel: red, green, blue, and one that says nothing. */
export interface Picture {
  width: number
  height: number
  data: Uint8Array
}

/** The most frequent colours, those of surfaces and lines, stay what they are. */
const KEPT = 32
/** How far a channel of the others may be from what it was: a few dozen colours are enough for the edges of letters. */
const NEAR = 16
/** One byte tells them apart. */
const MAX_COLOURS = 256

export function readPng(file: Uint8Array): Picture {
  const { width, height, data, channels, palette } = decode(file)
  const pixels = new Uint8Array(width * height * 4).fill(255)
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    const colour = palette?.[data[pixel] ?? 0]
    for (let channel = 0; channel < 3; channel += 1) {
      pixels[pixel * 4 + channel] = colour?.[channel] ?? data[pixel * channels + channel] ?? 0
    }
  }
  return { width, height, data: pixels }
}

/** A file with a palette: a third of what the browser writes. */
export function writePng({ width, height, data }: Picture): Uint8Array {
  const colours = new Uint32Array(width * height)
  const counts = new Map<number, number>()
  for (let pixel = 0; pixel < colours.length; pixel += 1) {
    const at = pixel * 4
    const colour = ((data[at] ?? 0) << 16) | ((data[at + 1] ?? 0) << 8) | (data[at + 2] ?? 0)
    colours[pixel] = colour
    counts.set(colour, (counts.get(colour) ?? 0) + 1)
  }
  const frequentFirst = [...counts].sort(([, a], [, b]) => b - a).map(([colour]) => colour)
  const { palette, places } = paletteOf(frequentFirst)
  const indexes = Uint8Array.from(colours, colour => places.get(colour) ?? 0)
  return encode({ width, height, data: indexes, palette, depth: 8, channels: 1 }, { zlib: { level: 9 } })
}

/** The colours that are kept, those that are near none of them, and the place of the nearest for every colour. */
function paletteOf(frequentFirst: readonly number[]): { palette: IndexedColors; places: Map<number, number> } {
  const palette: number[][] = []
  const places = new Map<number, number>()
  for (const colour of frequentFirst) {
    const channels = [colour >> 16, (colour >> 8) & 255, colour & 255]
    let nearest = -1
    let least = NEAR + 1
    for (const [place, known] of palette.entries()) {
      const distance = Math.max(...known.map((value, index) => Math.abs(value - (channels[index] ?? 0))))
      if (distance < least) [nearest, least] = [place, distance]
    }
    const isNew = palette.length < KEPT || (nearest < 0 && palette.length < MAX_COLOURS)
    places.set(colour, isNew ? palette.push(channels) - 1 : Math.max(0, nearest))
  }
  return { palette, places }
}
