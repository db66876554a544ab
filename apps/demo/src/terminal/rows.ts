import { visibleText } from '../telemetry.ts'

/** A row of the terminal. */
export interface Row {
  /** The characters of the row, each as it is shown: an invisible one is an escape such as `\u{200b}`. */
  characters: string[]
  /** Whether the row is the first one of a line of the text. */
  begins: boolean
}

/**
 * Breaks a text into rows of at most `columns`, with each character as `visibleText` shows it. The terminal must not break a
 * row itself, because the beginning of its next row could look like text of the demo.
 */
export function rowsOf(text: string, columns: number): Row[] {
  return text.split('\n').flatMap(line => {
    const rows: Row[] = [{ characters: [], begins: true }]
    let width = 0
    for (const character of visibleText(line).match(/\\u\{[\da-f]{1,6}\}|./gsu) ?? []) {
      const columnsOf = widthOf(character)
      if (width > 0 && width + columnsOf > columns) {
        rows.push({ characters: [], begins: false })
        width = 0
      }
      rows.at(-1)?.characters.push(character)
      width += columnsOf
    }
    return rows
  })
}

/** The largest number of columns of a character: no terminal uses more than two for one. */
export const widthOf = (character: string): number => (/^[\x20-\x7e]+$/.test(character) ? character.length : 2)

/** The columns of a stream; infinite where it is no terminal. */
export function columnsOf(stream: NodeJS.WriteStream): number {
  // A terminal that does not know its size has 0 columns.
  return stream.isTTY ? stream.columns || 80 : Number.POSITIVE_INFINITY
}

/** A text in rows: `first` stands before the first row, and as many spaces before the others. */
export function hung(first: string, text: string, columns: number): string {
  const rest = ' '.repeat(first.length)
  const rows = rowsOf(text, columns - first.length - 1)
  return rows.map(({ characters }, i) => (i === 0 ? first : rest) + characters.join('')).join('\n')
}

/** Whether the terminal knows no control sequences. */
export const isDumb = (): boolean => process.env.TERM === 'dumb'
