import { textLimit } from '../../catalogue/event-table.ts'
import type { ContentConfig } from '../../config/effective-config.ts'
import { sanitizeText } from '../../content/sanitize-text.ts'
import type { Scrubber } from '../../content/secrets/scrub.ts'
import { type EventTuple, fieldOf } from '../../protocol/event-tuple.ts'
import type { ContentAttribute } from './span-types.ts'

/**
 * Calls `use` with the texts of an event that the policy lets be sent in full: scrubbed and cut as those of log events. What
 * is withheld has its length in another attribute.
 */
export function readContents(
  contents: readonly ContentAttribute[] | undefined,
  tuple: EventTuple,
  policy: ContentConfig,
  scrubber: Scrubber,
  use: (attribute: string, text: string) => void,
): void {
  for (const { attribute, column, field } of contents ?? []) {
    const given = fieldOf(tuple, column)
    if (typeof given !== 'string' || given === '' || policy[field] !== 'full') continue
    const { text } = sanitizeText(given, scrubber, textLimit(field, policy.toolOutputBytes))
    use(attribute, attribute.endsWith('.messages') ? messagesOf(text) : text)
  }
}

/** A prompt in the form that the conventions have for messages. */
const messagesOf = (content: string): string => JSON.stringify([{ role: 'user', parts: [{ type: 'text', content }] }])
