import { CAP_MARGIN, TEXT_LIMIT, type TextLimit } from './text-limits.ts'

/**
 * Cuts a text before it is posted to the worker: at most `limit.keepUnits + CAP_MARGIN` UTF-16 units are left, and no
 * surrogate pair is split. Returns the very text when nothing is cut, which costs one comparison. A cut costs the same
 * whatever the length, except that V8 first joins a text that was concatenated piece by piece.
 */
export function capText(text: string, limit: TextLimit = TEXT_LIMIT): string {
  const end = limit.keepUnits + CAP_MARGIN
  if (text.length <= end) return text
  return text.slice(0, splitsPair(text, end) ? end - 1 : end)
}

/** Whether a cut before `index` would separate the halves of one code point. */
export function splitsPair(text: string, index: number): boolean {
  return (text.charCodeAt(index - 1) & 0xfc00) === 0xd800 && (text.charCodeAt(index) & 0xfc00) === 0xdc00
}
