import { basename } from 'node:path'
import type { ConfigDescription } from '../telemetry.ts'
import { hanging, heading, paint, printedLines } from './report-lines.ts'

/** Where the values stand that no table has. */
const VARIABLES = 'environment'

/** The configuration in effect: a table for each table of the file, with where each value came from. */
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
  const nameWidth = Math.max(...named.map(({ name }) => name.length), 0)
  const valueWidth = Math.min(Math.max(...named.map(({ value }) => value.length), 0), 48)
  const tables = [...new Set(named.map(row => row.table))].sort(
    (a, b) => Number(a === VARIABLES) - Number(b === VARIABLES),
  )
  for (const table of tables) {
    lines.push(`  ${paint('bold', table === VARIABLES ? table : `[${table}]`)}`)
    for (const { name, value, origin } of named.filter(row => row.table === table)) {
      const line = `    ${name.padEnd(nameWidth)}  ${value.padEnd(valueWidth)}`
      lines.push(origin === 'default' ? paint('dim', `${line}  ${origin}`) : `${line}  ${paint('cyan', origin)}`)
    }
  }
  if (problems.length > 0) lines.push('', heading('Problems'))
  for (const { severity, message } of problems) {
    const colour = severity === 'error' ? 'red' : severity === 'warning' ? 'yellow' : 'dim'
    lines.push(...hanging(`  ${paint(colour, severity.padEnd(7))}  `, 11, message))
  }
  return printedLines(lines)
}
