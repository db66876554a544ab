import { isDumb, widthOf } from './rows.ts'
import { StatusLine } from './status-line.ts'

// All that a conversation writes goes through this file, so that the status line is gone before anything else is written.

/** The columns of the last row that are taken by text, at most. */
let column = 0

/** Takes note that others have written to the terminal, and left the cursor in the first column. */
export const beginRow = (): void => {
  column = 0
}

/** The row that says what is waited for. There is none unless stderr is a terminal. */
export const statusLine: StatusLine = new StatusLine({
  write: text => void process.stderr.write(text),
  columns: () => process.stderr.columns || 80,
  column: () => column,
  isShown: Boolean(process.stderr.isTTY) && !isDumb(),
})

/** Writes an answer, or a part of one. */
export const writeOut = (text: string): void => write(process.stdout, text)

/** Writes all other text. */
export const writeErr = (text: string): void => write(process.stderr, text)

function write(stream: NodeJS.WriteStream, text: string): void {
  statusLine.erase()
  stream.write(text)
  if (stream.isTTY) column = columnAfter(text)
}

/** Control sequences of colours take no column, so that this counts some too many. */
function columnAfter(text: string): number {
  const lineBreak = text.lastIndexOf('\n')
  let width = lineBreak < 0 ? column : 0
  for (const character of text.slice(lineBreak + 1)) width += widthOf(character)
  return width
}
