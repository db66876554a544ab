import { styleText } from 'node:util'
import { visibleText } from '../telemetry.ts'
import { writeErr } from './output.ts'
import { columnsOf } from './rows.ts'
import { wrapWords } from './wrap.ts'

/** Prints a note on stderr. */
export function note(message: string): void {
  writeErr(`${styleText('dim', messageRows(message).join('\n'), { stream: process.stderr })}\n`)
}

/** Prints a problem on stderr. */
export function warn(message: string): void {
  writeErr(`${messageRows(`codex-demo: ${message}`).join('\n')}\n`)
}

const INDENT = '  '

/**
 * The rows of a message, each line as `visibleText` shows it, and wrapped by words. All rows but the first one are indented,
 * so that they do not look like messages.
 */
function messageRows(text: string): string[] {
  const columns = columnsOf(process.stderr)
  const rows = text.split('\n').flatMap(line => wrapWords(visibleText(line), columns - INDENT.length))
  return rows.map((row, i) => (i === 0 ? row : INDENT + row))
}
