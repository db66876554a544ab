import type { AttributeValue } from '@codex/otel-api'
import { isUnread, mayBeUnread } from './cap-text.ts'
import { type LimitedText, limitText } from './limit-text.ts'
import { mapTexts } from './map-texts.ts'
import type { Scrubber } from './secrets/scrub.ts'
import { TEXT_LIMIT, type TextLimit } from './text-limits.ts'

/**
 * The worker's part of the policy on a text: scrubbed, then cut to the wire's limit, in this order, so that no part of
 * a secret is left at either border. Texts that the caller redacted pass unchanged.
 */
export function sanitizeText(text: string, scrubber: Scrubber, limit: TextLimit = TEXT_LIMIT): LimitedText {
  return limitText(scrubber.scrub(text, limit), limit, isCut(text, limit))
}

/** As `sanitizeText`, for a value of any type that is judged with its name. */
export function sanitizeNamed(
  name: string,
  value: AttributeValue,
  scrubber: Scrubber,
  limit: TextLimit = TEXT_LIMIT,
): AttributeValue {
  return mapTexts(value, text => limitText(scrubber.scrubNamed(name, text, limit), limit, isCut(text, limit)).text)
}

/** Whether a text lost its end on the caller's thread, or loses it to the scrubber. */
const isCut = (text: string, limit: TextLimit): boolean => text.length > limit.keepUnits || isUnread(text)

/** Whether `sanitizeText` gives back a text of ASCII as it is; told from its bytes, and `false` where that cannot be. */
export function passesAsItIs(
  ascii: Uint8Array,
  start: number,
  end: number,
  scrubber: Scrubber,
  limit: TextLimit,
): boolean {
  const length = end - start
  if (length > limit.keepUnits || length > limit.wireBytes || mayBeUnread(ascii, start)) return false
  return scrubber.passes(ascii, start, end)
}
