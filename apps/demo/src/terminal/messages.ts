import { styleText } from 'node:util'
import { visibleText } from '../telemetry.ts'

/** Says something beside the answer, on stderr. */
export function note(message: string): void {
  process.stderr.write(`${styleText('dim', visibleLines(message), { stream: process.stderr })}\n`)
}

/** Says what went wrong, on stderr. */
export function warn(message: string): void {
  process.stderr.write(`codex-demo: ${visibleLines(message)}\n`)
}

/** Each line as `visibleText` shows it, those after the first indented: none of them is a message of its own. */
function visibleLines(text: string): string {
  return text
    .split('\n')
    .map(line => visibleText(line))
    .join('\n  ')
}
