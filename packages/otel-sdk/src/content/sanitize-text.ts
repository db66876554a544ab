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
