import type { EventTexts } from './record.ts'

export interface TextsRow extends EventTexts {
  event_id: number
  /** Whether any of the texts goes on past the length that was asked for. */
  cut: 0 | 1
}

/** How many events one question may name. */
export const MAX_TEXTS = 500

/**
 * Ids as they are asked for, with commas between them, as numbers.
 * @throws RangeError that says what they should be
 */
export function idsOf(events: string): number[] {
  const ids = events.split(',')
  if (!/^\d{1,15}(?:,\d{1,15})*$/.test(events) || ids.length > MAX_TEXTS)
    throw new RangeError(`events takes 1 to ${MAX_TEXTS} ids with commas between them`)
  return ids.map(Number)
}
