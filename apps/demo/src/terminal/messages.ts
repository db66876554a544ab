import { styleText } from 'node:util'
import { visibleText } from '../telemetry.ts'

/** Prints a note on stderr. */
export function note(message: string): void {
  process.stderr.write(`${styleText('dim', visibleLines(message), { stream: process.stderr })}\n`)
}

/** Prints a problem on stderr. */
export function warn(message: string): void {
  process.stderr.write(`codex-demo: ${visibleLines(message)}\n`)
}

/** Each line as `visibleText` shows it. Further lines are indented, so that they do not look like messages. */
function visibleLines(text: string): string {
  return text
    .split('\n')
    .map(line => visibleText(line))
    .join('\n  ')
}
