const FIRST_MS = 1_000
const MOST_MS = 30_000

/**
 * Milliseconds before the next try: twice as many after each failure, 30 seconds at most, and never fewer than the server asks for.
 * @param failures one after the other, at least 1
 * @param retryAfter the header of this name, in seconds
 */
export function pauseAfter(failures: number, retryAfter: string | null): number {
  const asked = /^\d{1,6}$/.test(retryAfter ?? '') ? Number(retryAfter) * 1_000 : 0
  return Math.max(asked, Math.min(MOST_MS, FIRST_MS * 2 ** (failures - 1)))
}
