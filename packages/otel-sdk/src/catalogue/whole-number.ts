/** What a count or a duration is recorded as, in events and in metrics alike, so that both add up; nothing for no number. */
export const wholeNumber = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? Math.max(0, Math.trunc(value)) : undefined
