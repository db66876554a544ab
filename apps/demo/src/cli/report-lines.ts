import { styleText } from 'node:util'
import { visibleText } from '../telemetry.ts'
import { columnsOf } from '../terminal/rows.ts'
import { wrapWords } from '../terminal/wrap.ts'

/** A text in colour where standard output is a terminal that shows colours. */
export function paint(format: Parameters<typeof styleText>[0], text: string): string {
  return styleText(format, visibleText(text), { stream: process.stdout })
}

export function heading(title: string, details = ''): string {
  return `${paint('bold', title)}${details === '' ? '' : `  ${paint('dim', details)}`}`
}

export const printedLines = (lines: readonly string[]): string => `${lines.map(line => line.trimEnd()).join('\n')}\n`

/** The width to which lines are wrapped. Without a terminal there is no limit, so that lines can be searched. */
export function terminalWidth(): number {
  return columnsOf(process.stdout)
}

/**
 * Wraps a text after `start`, which is `startWidth` characters wide; further lines are indented by that width. The parts of
 * a list are not broken.
 */
export function hanging(
  start: string,
  startWidth: number,
  text: string | readonly string[],
  format?: Parameters<typeof styleText>[0],
): string[] {
  const show = (line: string): string => (format === undefined ? line : paint(format, line))
  const words = typeof text === 'string' ? visibleText(text) : text.map(part => visibleText(part))
  const rows = wrapWords(words, Math.max(20, terminalWidth() - startWidth))
  return rows.map((row, i) => (i === 0 ? start : ' '.repeat(startWidth)) + show(row))
}
