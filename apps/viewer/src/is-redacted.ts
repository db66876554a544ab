import { REDACTED } from '@codex/otlp-receiver'

/** Whether an agent, or a viewer that keeps no texts, put this in place of a text; the length follows at times. */
export const isRedacted = (text: string | null | undefined): boolean =>
  text?.startsWith(REDACTED.slice(0, -1)) === true || text === '<REDACTED>'
