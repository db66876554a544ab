import { rowsOf } from './rows.ts'

const LINE = '  | '
const GOES_ON = '  : '

/**
 * A text of somebody else's, behind a bar in each row: `|` where a line of the text begins, `:` where it goes on. Of more
 * than `maxRows` the first and the last half are shown, and between them, without a bar, how many characters are left
 * out: nothing in the text can look like that, or like anything else that this program says.
 */
export function quote(text: string, columns: number, maxRows: number): string {
  const rows = rowsOf(text, columns - LINE.length - 1)
  const barred = rows.map(({ pieces, begins }) => `${begins ? LINE : GOES_ON}${pieces.join('')}`)
  if (rows.length <= maxRows) return barred.join('\n')
  const head = Math.ceil(maxRows / 2)
  const tail = rows.length - Math.floor(maxRows / 2)
  const out = rows.slice(head, tail)
  // The line break before each line that begins in between or right after is left out with it.
  const breaks = rows.slice(head, tail + 1).filter(({ begins }) => begins).length
  const count = out.reduce((sum, { pieces }) => sum + pieces.length, breaks)
  const note = `(${count.toLocaleString('en')} characters are left out here)`
  return [...barred.slice(0, head), note, ...barred.slice(tail)].join('\n')
}
