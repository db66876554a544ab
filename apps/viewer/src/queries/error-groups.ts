import { type Dialect, inScope } from './dialect.ts'

export interface ErrorGroupRow {
  /** The error's text, each run of digits as `#`. */
  folded: string
  errors: number
  sessions: number
  first_ms: number
  last_ms: number
  /** The newest of them. */
  event_id: number
}

/** Errors with the same text but for its digits, the most frequent first. */
export const errorGroups = (dialect: Dialect): string => `
SELECT ${dialect.foldDigits('error_message')} AS folded, count(*) AS errors, count(DISTINCT conversation_id) AS sessions,
  min(time_ms) AS first_ms, max(time_ms) AS last_ms, max(e.event_id) AS event_id
FROM ${dialect.events} e WHERE error_message IS NOT NULL AND NOT e.declined = 1 AND ${inScope(dialect)}
GROUP BY folded ORDER BY errors DESC, folded LIMIT ${dialect.parameter('limit', 'Int64')}`

export const foldDigits = (text: string): string => text.replace(/[0-9]+/g, '#')
