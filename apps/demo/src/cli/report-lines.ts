import { styleText } from 'node:util'
import { printable } from '../terminal/printable.ts'

/** A text in colour, where standard output is a terminal that wants any. */
export function paint(format: Parameters<typeof styleText>[0], text: string): string {
  return styleText(format, printable(text), { stream: process.stdout })
}

export function heading(title: string, details = ''): string {
  return `${paint('bold', title)}${details === '' ? '' : `  ${paint('dim', details)}`}`
}

export const printedLines = (lines: readonly string[]): string => `${lines.map(line => line.trimEnd()).join('\n')}\n`

/**
 * A text that begins after `start`, of so many characters, and goes on below itself where a terminal is too narrow for
 * it. Somewhere else than on a terminal it stays one line, for those who search it.
 */
export function hanging(
  start: string,
  startWidth: number,
  text: string,
  format?: Parameters<typeof styleText>[0],
): string[] {
  const finish = (line: string): string => (format === undefined ? printable(line) : paint(format, line))
  const width = process.stdout.isTTY ? Math.max(20, process.stdout.columns - startWidth) : Number.POSITIVE_INFINITY
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines.map((line, i) => (i === 0 ? start : ' '.repeat(startWidth)) + finish(line))
}
