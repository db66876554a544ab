import type { CompiledPattern } from './compile-pattern.ts'
import type { SecretMatch } from './secret-rule.ts'

/**
 * The user's patterns see a text in windows of this many units, each beginning in the middle of the one before. A
 * pattern that is quadratic, as an unanchored `\w+@` is, then stays linear in the text, and every match of up to half
 * a window is found: longer ones only in part.
 */
const WINDOW = 4_096
const STEP = WINDOW / 2

/** All matches of the user's patterns; they may overlap. */
export function findExtra(text: string, patterns: readonly CompiledPattern[]): SecretMatch[] {
  const found: SecretMatch[] = []
  for (const { expression, literal, kind } of patterns) {
    if (literal !== undefined && !text.includes(literal)) continue
    for (let offset = 0; offset === 0 || offset + STEP < text.length; offset += STEP) {
      const window = offset === 0 && text.length <= WINDOW ? text : text.slice(offset, offset + WINDOW)
      for (const match of window.matchAll(expression)) {
        const start = offset + match.index
        // An empty match replaces nothing.
        if (match[0] !== '') found.push({ start, end: start + match[0].length, kind })
      }
      if (offset + WINDOW >= text.length) break
    }
  }
  return found
}
