import { stripVTControlCharacters } from 'node:util'
import { beginning } from '../beginning.ts'

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** A number of things in at most six characters: `999`, `12.3 k`, `4.56 M`; the page says it alike. */
export function amount(value: number): string {
  if (value < 999.5) return String(Math.round(value))
  let rest = value
  for (const unit of ['k', 'M', 'G']) {
    rest /= 1_000
    if (rest < 999.5) return `${rest.toPrecision(3)} ${unit}`
  }
  return rest < 999_500 ? `${Math.round(rest / 1_000)} T` : '>999 T'
}

/** `1 prompt`, `12.3 k prompts`. */
export const counted = (value: number, thing: string): string => `${amount(value)} ${thing}${value === 1 ? '' : 's'}`

/** `12 ms`, `3.4 s`, `2 m 10 s`, `1 h 5 m`, `3 d 4 h`; the page says it alike. */
export function duration(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`
  if (ms < 59_950) return `${(ms / SECOND_MS).toFixed(1)} s`
  if (ms < HOUR_MS - SECOND_MS / 2) return two(ms, MINUTE_MS, 'm', SECOND_MS, 's')
  if (ms < DAY_MS - MINUTE_MS / 2) return two(ms, HOUR_MS, 'h', MINUTE_MS, 'm')
  return two(ms, DAY_MS, 'd', HOUR_MS, 'h')
}

function two(ms: number, large: number, largeName: string, small: number, smallName: string): string {
  const smalls = Math.round(ms / small)
  const ratio = large / small
  return `${Math.floor(smalls / ratio)} ${largeName} ${smalls % ratio} ${smallName}`
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

/**
 * Rows of a table with their columns below each other; the last column takes what is left and is cut there. Nothing in a
 * cell moves the cursor.
 */
export function table(texts: readonly (readonly string[])[], width: number, right: readonly number[] = []): string {
  const rows = texts.map(row => row.map(shown))
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
  text.length <= width ? text : `${beginning(text, Math.max(0, width - 1))}…`

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
