import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '@codex/test-kit/run-node'

/** The text of a page of this repository. */
export const readPage = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

/** The text below a heading, up to the next heading. */
export function sectionOf(page: string, heading: string): string {
  const section = page.split(/^#+ /m).find(text => text.startsWith(`${heading}\n`))
  if (section === undefined) throw new Error(`the page has no heading "${heading}"`)
  return section
}

/** The rows of the first Markdown table in a text, each by the names of its columns. */
export function readTable(text: string): Record<string, string>[] {
  const lines = /^\|.*\|$(?:\n^\|.*\|$)+/m.exec(text)?.[0].split('\n') ?? []
  const [columns = [], , ...rows] = lines.map(line =>
    line
      .slice(1, -1)
      .split('|')
      .map(cell => cell.trim()),
  )
  return rows.map(row => Object.fromEntries(columns.map((column, index) => [column, row[index] ?? ''])))
}

/** The cell of the one row that has the given cells. */
export function cellOf(rows: readonly Record<string, string>[], row: Record<string, string>, column: string): string {
  const found = rows.filter(cells => Object.entries(row).every(([name, cell]) => cells[name] === cell))
  const cell = found[0]?.[column]
  if (found.length !== 1 || cell === undefined) {
    throw new Error(`${found.length} rows with ${JSON.stringify(row)}, column "${column}"`)
  }
  return cell
}
