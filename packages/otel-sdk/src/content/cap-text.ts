import { CAP_MARGIN, MAX_READ_UNITS, TEXT_LIMIT, type TextLimit } from './text-limits.ts'

const UNREAD = '[not read by telemetry: '

/**
 * Cuts a text before it is posted to the worker: at most `limit.keepUnits + CAP_MARGIN` UTF-16 units are left, and no
 * surrogate pair is split. Returns the very text when nothing is cut, which costs one comparison. A cut costs the same
 * whatever the length, except that V8 first joins a text that was concatenated piece by piece; a text of more than
 * `MAX_READ_UNITS` is therefore replaced by a note with its length.
 */
export function capText(text: string, limit: TextLimit = TEXT_LIMIT): string {
  const end = limit.keepUnits + CAP_MARGIN
  if (text.length <= end) return text
  if (text.length > MAX_READ_UNITS) return `${UNREAD}${text.length} characters]`
  return text.slice(0, splitsPair(text, end) ? end - 1 : end)
}

/** Whether a text is the note that stands for one that was too long to read. */
export const isUnread = (text: string): boolean => text.startsWith(UNREAD)

/** The same for a text of ASCII; `true` also for some that only begin alike. */
export const mayBeUnread = (ascii: Uint8Array, start: number): boolean =>
  ascii[start] === UNREAD.charCodeAt(0) && ascii[start + 1] === UNREAD.charCodeAt(1)

/** Whether a cut before `index` would separate the halves of one code point. */
export function splitsPair(text: string, index: number): boolean {
  return (text.charCodeAt(index - 1) & 0xfc00) === 0xd800 && (text.charCodeAt(index) & 0xfc00) === 0xdc00
}
