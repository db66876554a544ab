/** Whole milliseconds, as the events have them, so that metrics add up to what the events say. */
export const milliseconds = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? Math.max(0, Math.trunc(value)) : undefined
