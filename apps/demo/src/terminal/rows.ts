import { visibleText } from '../telemetry.ts'

/** A row of the terminal. */
export interface Row {
  /** What is shown, a piece for each character. */
  pieces: string[]
  /** Whether a line of the text begins with it; else the line before goes on. */
  begins: boolean
}

/**
 * A text in rows of at most `columns`, each character shown as `visibleText` does. The terminal must never break a row by
 * itself: what it puts at the beginning of the next one could look like words of this program.
 */
export function rowsOf(text: string, columns: number): Row[] {
  return text.split('\n').flatMap(line => {
    const rows: Row[] = [{ pieces: [], begins: true }]
    let width = 0
    for (const piece of visibleText(line).match(/\\u\{[\da-f]{1,6}\}|./gsu) ?? []) {
      const columnsOf = widthOf(piece)
      if (width > 0 && width + columnsOf > columns) {
        rows.push({ pieces: [], begins: false })
        width = 0
      }
      rows.at(-1)?.pieces.push(piece)
      width += columnsOf
    }
    return rows
  })
}

/** At most: no terminal gives a character more than two columns. */
const widthOf = (piece: string): number => (/^[\x20-\x7e]+$/.test(piece) ? piece.length : 2)

/** The columns of a stream; without end where it is no terminal. */
export function columnsOf(stream: NodeJS.WriteStream): number {
  // A terminal that does not know its size says 0.
  return stream.isTTY ? stream.columns || 80 : Number.POSITIVE_INFINITY
}

/** The rows behind `first`, those that go on behind as many spaces. */
export function hung(first: string, text: string, columns: number): string {
  const rest = ' '.repeat(first.length)
  const rows = rowsOf(text, columns - first.length - 1)
  return rows.map(({ pieces }, i) => (i === 0 ? first : rest) + pieces.join('')).join('\n')
}
