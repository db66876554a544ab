import { basename } from 'node:path'
import { type ConfigDescription, visibleText } from '../telemetry.ts'
import { hanging, heading, paint, printedLines, terminalWidth } from './report-lines.ts'

/** The heading of the values that are in no table. */
const VARIABLES = 'environment'

/** The configuration in effect: a table for each table of the file, with the origin of each value. */
export function configReport({ file, rows, problems }: ConfigDescription): string {
  const lines = [heading('Configuration', file)]
  const named = rows.map(({ key, value, origin }) => {
    const segments = key.match(/"(?:[^"\\]|\\.)*"|[^."]+/g) ?? [key]
    const isVariable = segments.length === 1
    return {
      table: isVariable ? VARIABLES : segments.slice(0, -1).join('.'),
      name: segments.at(-1) ?? key,
      value,
      origin: origin.startsWith(`${file}:`) || origin === file ? basename(file) + origin.slice(file.length) : origin,
    }
  })
  const columns = columnsFor(named)
  const tables = [...new Set(named.map(row => row.table))].sort(
    (a, b) => Number(a === VARIABLES) - Number(b === VARIABLES),
  )
  for (const table of tables) {
    lines.push(`  ${paint('bold', table === VARIABLES ? table : `[${table}]`)}`)
    for (const row of named.filter(candidate => candidate.table === table)) lines.push(...rowLines(row, columns))
  }
  if (problems.length > 0) lines.push('', heading('Problems'))
  for (const { severity, message } of problems) {
    const colour = severity === 'error' ? 'red' : severity === 'warning' ? 'yellow' : 'dim'
    lines.push(...hanging(`  ${paint(colour, severity.padEnd(7))}  `, 11, message))
  }
  return printedLines(lines)
}

interface Row {
  name: string
  value: string
  origin: string
}

interface Columns {
  name: number
  value: number
  all: number
}

/** Most origins are short: a line of the file, or `default`. */
const ORIGIN_WIDTH = 15

function columnsFor(rows: readonly Row[]): Columns {
  const all = terminalWidth()
  const name = Math.max(...rows.map(row => row.name.length), 0)
  const longest = Math.max(...rows.map(row => row.value.length), 0)
  return { name, value: Math.min(longest, 48, Math.max(10, all - name - ORIGIN_WIDTH - 8)), all }
}

/** A value in one line where it fits; else the origin is below the value, and a long value below its name. */
function rowLines({ name, value, origin }: Row, columns: Columns): string[] {
  const format = origin === 'default' ? 'dim' : undefined
  const plain = (text: string): string => (format === undefined ? visibleText(text) : paint(format, text))
  const source = (start: string): string => `${plain(start)}${paint(format ?? 'cyan', origin)}`
  const start = `    ${name.padEnd(columns.name)}  `
  const line = `${start}${value.padEnd(columns.value)}  `
  if (line.length + origin.length <= columns.all) return [source(line)]
  const indent = ' '.repeat(Math.min(start.length, Math.max(6, columns.all - origin.length)))
  if (start.length + value.length <= columns.all) return [plain(start + value), source(indent)]
  return [plain(`    ${name}`), plain(`      ${value}`), source('      ')]
}
