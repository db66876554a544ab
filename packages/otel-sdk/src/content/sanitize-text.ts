import type { AttributeValue } from '@codex/otel-api'
import { isUnread } from './cap-text.ts'
import { type LimitedText, limitText } from './limit-text.ts'
import type { Scrubber } from './secrets/scrub.ts'
import { TEXT_LIMIT, type TextLimit } from './text-limits.ts'

/**
 * The worker's part of the policy on a text: scrubbed, then cut to the wire's limit, in this order, so that no part of
 * a secret is left at either border. Texts that the caller redacted pass unchanged.
 */
export function sanitizeText(text: string, scrubber: Scrubber, limit: TextLimit = TEXT_LIMIT): LimitedText {
  return limitText(scrubber.scrub(text, limit), limit, text.length > limit.keepUnits || isUnread(text))
}

/** As `sanitizeText`, for a value of any type that is judged with its name. */
export function sanitizeNamed(
  name: string,
  value: AttributeValue,
  scrubber: Scrubber,
  limit: TextLimit = TEXT_LIMIT,
): AttributeValue {
  const sanitize = (text: string): string => {
    const cutBefore = text.length > limit.keepUnits || isUnread(text)
    return limitText(scrubber.scrubNamed(name, text, limit), limit, cutBefore).text
  }
  if (typeof value === 'string') return sanitize(value)
  if (!Array.isArray(value)) return value
  return value.map(item => (typeof item === 'string' ? sanitize(item) : item)) as AttributeValue
}
