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

/** What lines are fitted to. Somewhere else than on a terminal they stay whole, for those who search them. */
export function terminalWidth(): number {
  // A terminal that does not know its size says 0.
  return process.stdout.isTTY ? process.stdout.columns || 80 : Number.POSITIVE_INFINITY
}

/** A space in a text at which no line ends. */
export const NO_BREAK = '\u00a0'

/**
 * A text that begins after `start`, of so many characters, and goes on below itself where a terminal is too narrow for
 * it.
 */
export function hanging(
  start: string,
  startWidth: number,
  text: string,
  format?: Parameters<typeof styleText>[0],
): string[] {
  const finish = (line: string): string => {
    const words = line.replaceAll(NO_BREAK, ' ')
    return format === undefined ? printable(words) : paint(format, words)
  }
  const width = Math.max(20, terminalWidth() - startWidth)
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines.map((line, i) => (i === 0 ? start : ' '.repeat(startWidth)) + finish(line))
}
