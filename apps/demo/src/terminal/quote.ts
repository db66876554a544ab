import { rowsOf } from './rows.ts'

const LINE = '  | '
const GOES_ON = '  : '

/**
 * Quotes a text of the model or a server, with a bar in each row: `|` where a line of the text begins, `:` where it
 * continues. Of more than `maxRows` rows the first half and the last half are shown; between them, without a bar, is the
 * number of characters that are left out. No text can imitate that note or other text of the demo, which has no bar.
 */
export function quote(text: string, columns: number, maxRows: number): string {
  const rows = rowsOf(text, columns - LINE.length - 1)
  const barred = rows.map(({ characters, begins }) => `${begins ? LINE : GOES_ON}${characters.join('')}`)
  if (rows.length <= maxRows) return barred.join('\n')
  const head = Math.ceil(maxRows / 2)
  const tail = rows.length - Math.floor(maxRows / 2)
  const out = rows.slice(head, tail)
  // A line that begins in the part that is left out, or right after it, has its line break left out, too.
  const breaks = rows.slice(head, tail + 1).filter(({ begins }) => begins).length
  const count = out.reduce((sum, { characters }) => sum + characters.length, breaks)
  const note = `(${count.toLocaleString('en')} characters are left out here)`
  return [...barred.slice(0, head), note, ...barred.slice(tail)].join('\n')
}
