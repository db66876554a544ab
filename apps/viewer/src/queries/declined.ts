/** Decisions that did not allow their call, which then never ran. */
const WORDS = ['denied', 'reject', 'abort', 'timed_out', 'declined'] as const

const DECLINED: ReadonlySet<string | undefined> = new Set(WORDS)

export const isDeclined = (decision: string | undefined): boolean => DECLINED.has(decision)

/** The same of a column in SQL; the partial indexes have it in these words. */
export const declinedSql = (column: string): string => `${column} IN (${WORDS.map(word => `'${word}'`).join(', ')})`
