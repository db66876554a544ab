import type { Dialect } from './dialect.ts'

export interface TimelineRow {
  event_id: number
  time_ms: number
  event_name: string | null
  role: string
  event_kind: string | null
  duration_ms: number | null
  model: string | null
  tool_name: string | null
  success: number | null
  status: number | null
  attempt: number | null
  call_id: string | null
  decision: string | null
  source: string | null
  wait_ms: number | null
  input_tokens: number | null
  output_tokens: number | null
  cached_tokens: number | null
  cache_write_tokens: number | null
  reasoning_tokens: number | null
  ttft_ms: number | null
  error_message: string | null
  /** Whether a call did not run since it was not allowed. */
  declined: 0 | 1
}

export const TIMELINE_COLUMNS: string = `event_id, time_ms, event_name, role, event_kind, duration_ms, model, tool_name, success, status,
  attempt, call_id, decision, source, wait_ms, input_tokens, output_tokens, cached_tokens, cache_write_tokens, reasoning_tokens,
  ttft_ms, error_message, declined`

/**
 * The events of one session in their order, the parts of the model's stream (`stream`) only where `stream` is 1, and only those
 * that were stored after the event `after`.
 */
export const timeline = (dialect: Dialect): string => `
SELECT ${TIMELINE_COLUMNS} FROM codex_events e WHERE ${dialect.inSession('session')}
  AND (role <> 'stream' OR error_message IS NOT NULL OR ${dialect.parameter('stream', 'Int64')} = 1)
  AND event_id > ${dialect.parameter('after', 'Int64')}
ORDER BY time_ms, event_id LIMIT ${dialect.parameter('limit', 'Int64')} OFFSET ${dialect.parameter('offset', 'Int64')}`
