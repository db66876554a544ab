import type { EventTexts } from './record.ts'

export interface TextsRow extends EventTexts {
  event_id: number
  /** Whether any of the texts goes on past the length that was asked for. */
  cut: 0 | 1
}

/** How many events one question may name. */
export const MAX_TEXTS = 500

/** Where the records of some events are, those of one chunk together. SQLite alone has it. */
export const texts: string = `
SELECT e.id AS event_id, e.place, e.chunk FROM event e
WHERE e.id IN (SELECT value FROM json_each(:events)) ORDER BY e.chunk, e.place`

/**
 * Ids as they are asked for, with commas between them, as a JSON array.
 * @throws RangeError that says what they should be
 */
export function idsOf(events: string): string {
  const ids = events.split(',')
  if (!/^\d{1,15}(?:,\d{1,15})*$/.test(events) || ids.length > MAX_TEXTS)
    throw new RangeError(`events takes 1 to ${MAX_TEXTS} ids with commas between them`)
  return `[${events}]`
}
