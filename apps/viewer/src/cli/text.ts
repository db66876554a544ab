import { stripVTControlCharacters } from 'node:util'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/** A number of things in at most five characters: `999`, `12.3 k`, `4.56 M`. */
export function amount(value: number): string {
  if (value < 1_000) return String(Math.round(value))
  for (const unit of ['k', 'M', 'G']) {
    value /= 1_000
    if (value < 999.5) return `${value.toPrecision(3)} ${unit}`
  }
  return `${Math.round(value)} G`
}

/** `1 prompt`, `12.3 k prompts`. */
export const counted = (value: number, thing: string): string => `${amount(value)} ${thing}${value === 1 ? '' : 's'}`

/** `12 ms`, `3.4 s`, `2 m 10 s`, `1 h 5 m`. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (ms < MINUTE_MS) return `${(ms / 1_000).toFixed(1)} s`
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)} m ${Math.round((ms % MINUTE_MS) / 1_000)} s`
  return `${Math.floor(ms / HOUR_MS)} h ${Math.round((ms % HOUR_MS) / MINUTE_MS)} m`
}

/** Local time to the second, or with the day. */
export function clock(ms: number, withDay: boolean): string {
  const date = new Date(ms - new Date(ms).getTimezoneOffset() * MINUTE_MS)
  return date
    .toISOString()
    .slice(withDay ? 0 : 11, 19)
    .replace('T', ' ')
}

/** A text of others in one line: nothing in it moves the cursor or hides a part. */
export function oneLine(text: string): string {
  return shown(stripVTControlCharacters(text).replace(/\s+/g, ' ')).trim()
}

/** Between two columns. */
export const BETWEEN = '  '

/** Characters of the longest cell of a column. */
export const widthOf = (cells: readonly string[]): number =>
  cells.reduce((width, { length }) => Math.max(width, length), 0)

/** Rows of a table with their columns below each other; the last column takes what is left and is cut there. */
export function table(rows: readonly (readonly string[])[], width: number, right: readonly number[] = []): string {
  const widths = (rows[0] ?? []).map((_, column) => widthOf(rows.map(row => row[column] ?? '')))
  return rows
    .map(row => {
      const cells = row.map((cell, column) => {
        if (right.includes(column)) return cell.padStart(widths[column] ?? 0)
        return column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)
      })
      return `${cut(cells.join(BETWEEN).trimEnd(), width)}\n`
    })
    .join('')
}

export const cut = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`

/** A message of several lines for a stream; on a terminal its lines are broken between their words. */
export function message(text: string, { isTTY, columns }: { isTTY?: boolean; columns?: number }): string {
  const lines = text.split('\n')
  return `${(isTTY && columns ? lines.map(line => wrapped(line, columns)) : lines).join('\n')}\n`
}

/** Characters of control in a name or a message are shown, so that none moves the cursor or hides a part. */
export const shown = (text: string): string =>
  text.replace(
    /[\p{Cc}\p{Cf}]/gu,
    character => `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`,
  )

/** Breaks a message between its words; a word that is longer than a line, such as a path, stays whole. */
export function wrapped(text: string, width: number): string {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines.join('\n')
}
