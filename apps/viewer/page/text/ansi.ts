/** How a run of terminal text looks: classes of text.css. */
export interface TerminalRun {
  text: string
  classes: string
}

interface Style {
  colour: string | undefined
  background: boolean
  flags: ReadonlySet<string>
}

const PLAIN: Style = { colour: undefined, background: false, flags: new Set() }

const COLOURS = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white']

/** The codes that switch a flag on and off. Text that a terminal would hide (8) is shown. */
const ON: Readonly<Record<number, string>> = { 1: 'bold', 2: 'dim', 3: 'italic', 4: 'underline', 9: 'strike' }
const OFF: Readonly<Record<number, readonly string[]>> = {
  22: ['bold', 'dim'],
  23: ['italic'],
  24: ['underline'],
  29: ['strike'],
}

/** A control sequence, with its parameters and its last character. */
const CONTROL = String.raw`(?:\x1b\[|\x9b)([\x30-\x3f]*)[\x20-\x2f]*([\x40-\x7e])`
/** A command with a text of its own, such as the title of a window or the target of a link. */
const COMMAND = String.raw`(?:\x1b[\]P^_X]|[\x9d\x90\x9e\x9f\x98])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)`
const SHORT = String.raw`\x1b[\x20-\x2f]*[\x30-\x4e\x60-\x7e]`
const SEQUENCE = new RegExp(`${CONTROL}|${COMMAND}|${SHORT}`, 'g')

/** Splits terminal text where its look changes. Every sequence goes; those of colours and weights become classes. */
export function terminalRuns(text: string): TerminalRun[] {
  const runs: TerminalRun[] = []
  let style = PLAIN
  let from = 0
  const take = (to: number): void => {
    if (to > from) runs.push({ text: text.slice(from, to), classes: classesOf(style) })
  }
  for (const match of text.matchAll(SEQUENCE)) {
    take(match.index)
    from = match.index + match[0].length
    if (match[2] === 'm') style = selectGraphics(style, match[1] ?? '')
  }
  take(text.length)
  return runs
}

function classesOf({ colour, background, flags }: Style): string {
  const names = [...flags]
  if (colour !== undefined) names.push(colour)
  if (background) names.push('on')
  return names.map(name => `t-${name}`).join(' ')
}

function selectGraphics(before: Style, parameters: string): Style {
  let { colour, background } = before
  let flags = new Set(before.flags)
  const codes = parameters.split(/[;:]/).map(Number)
  for (let index = 0; index < codes.length; index += 1) {
    const code = codes[index] ?? 0
    const off = OFF[code]
    if (code === 0) {
      colour = undefined
      background = false
      flags = new Set()
    } else if (ON[code]) flags.add(ON[code])
    else if (off) for (const flag of off) flags.delete(flag)
    else if (code >= 30 && code <= 37) colour = COLOURS[code - 30]
    else if (code >= 90 && code <= 97) colour = COLOURS[code - 90]
    else if (code === 39) colour = undefined
    else if ((code >= 40 && code <= 47) || (code >= 100 && code <= 107) || code === 7) background = true
    else if (code === 49 || code === 27) background = false
    else if (code === 38 || code === 48) {
      const isPalette = codes[index + 1] === 5
      const parts = codes.slice(index + 2, index + (isPalette ? 3 : 5))
      if (code === 48) background = true
      else colour = isPalette ? paletteColour(parts[0] ?? 0) : nearest(parts)
      index += isPalette ? 2 : 4
    }
  }
  return { colour, background, flags }
}

const LEVELS = [0, 95, 135, 175, 215, 255]

function paletteColour(index: number): string | undefined {
  if (index < 16) return COLOURS[index % 8]
  if (index >= 232) return undefined
  const cube = index - 16
  return nearest([Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map(level => LEVELS[level] ?? 0))
}

/** The nearest of the eight colours; greys stay the colour of the text. */
function nearest([red = 0, green = 0, blue = 0]: readonly number[]): string | undefined {
  const most = Math.max(red, green, blue)
  const least = Math.min(red, green, blue)
  if (most - least < 48) return undefined
  const middle = (most + least) / 2
  return COLOURS[Number(red > middle) + 2 * Number(green > middle) + 4 * Number(blue > middle)]
}
