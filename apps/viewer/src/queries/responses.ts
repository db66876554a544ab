import { type Dialect, inScope } from './dialect.ts'

export interface ResponsesRow {
  model: string | null
  responses: number
  /** 50th, 95th and 99th percentile of the milliseconds from a request to the end of its response. */
  response_ms: number[]
}

/**
 * How long responses took from the request to their end, by model. Codex says it with two events: the request, measured to the
 * headers or, over a WebSocket, until it is sent, and the response. Another agent says it with one that has the whole duration, and no kind.
 */
export const responses = (dialect: Dialect): string => `
SELECT model, count(*) AS responses, ${dialect.quantiles('time_ms - asked_ms')} AS response_ms FROM (
  SELECT model, time_ms, is_response,
    CASE WHEN event_kind IS NULL THEN own_ms ELSE ${dialect.previous('own_ms')} END AS asked_ms
  FROM (
    SELECT event_id, ${dialect.session} AS session_key, time_ms, model, event_kind, 1 AS is_response,
      CASE WHEN event_kind IS NULL THEN time_ms - duration_ms END AS own_ms
    FROM ${dialect.events} e WHERE input_tokens IS NOT NULL AND ${inScope(dialect)}
    UNION ALL
    SELECT event_id, ${dialect.session} AS session_key, time_ms, NULL AS model, NULL AS event_kind, 0 AS is_response,
      CASE WHEN status >= 200 AND status < 300 OR status IS NULL AND success = 1 THEN time_ms - duration_ms END AS own_ms
    FROM ${dialect.events} e WHERE is_request = 1 AND input_tokens IS NULL AND ${inScope(dialect)}
  ) AS requests_and_responses
) AS measured WHERE is_response = 1 AND asked_ms IS NOT NULL
GROUP BY model ORDER BY responses DESC, model NULLS FIRST`
