import { styleText } from 'node:util'
import { printable } from './printable.ts'

/** Says something beside the answer, on stderr. */
export function note(message: string): void {
  process.stderr.write(`${styleText('dim', printable(message), { stream: process.stderr })}\n`)
}

/** Says what went wrong, on stderr. */
export function warn(message: string): void {
  process.stderr.write(`codex-demo: ${printable(message)}\n`)
}
