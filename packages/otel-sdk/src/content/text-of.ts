import { capText } from './cap-text.ts'
import { CAP_MARGIN, TEXT_LIMIT } from './text-limits.ts'

/** More than is kept of any list. */
const MAX_UNITS = TEXT_LIMIT.keepUnits + CAP_MARGIN

/**
 * The text of any value, as `String` gives it, except that a list is joined only so far as a text is kept. The caller never
 * waits for a list of long texts or of very many texts.
 */
export function textOf(value: unknown, separator = ','): string {
  if (!Array.isArray(value)) return String(value)
  let text = ''
  for (let i = 0; i < value.length && text.length <= MAX_UNITS; i++) {
    if (i > 0) text += separator
    const item: unknown = value[i]
    if (item !== undefined && item !== null) text += capText(textOf(item))
  }
  return text
}
