import { type Dialect, inScope } from './dialect.ts'

export interface ErrorRow {
  event_id: number
  time_ms: number
  conversation_id: string | null
  event_name: string
  event_kind: string | null
  tool_name: string | null
  status: number | null
  error_message: string
}

/** The newest errors. */
export const errors = (dialect: Dialect): string => `
SELECT event_id, time_ms, conversation_id, event_name, event_kind, tool_name, status, error_message
FROM ${dialect.events} e WHERE error_message IS NOT NULL AND NOT e.declined = 1 AND ${inScope(dialect)}
ORDER BY time_ms DESC, event_id DESC LIMIT ${dialect.parameter('limit', 'Int64')}`
