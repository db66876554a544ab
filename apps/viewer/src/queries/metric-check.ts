/** One quantity as the events of the Codex CLI and its metrics have it. */
export interface MetricCheckRow {
  what: 'requests' | 'tool calls' | 'input tokens'
  events: number
  /** `null` where no metric says. */
  metrics: number | null
}

const HOUR_MS = 3_600_000

/** What a metric counts; of a histogram the sum. */
const WHAT = `CASE s.name WHEN 'codex.tool.call' THEN 'tool calls' WHEN 'codex.turn.token_usage' THEN 'input tokens' ELSE 'requests' END`

/**
 * What events and metrics of agents with the metrics of the Codex CLI both count, over full hours. A cumulative series counts by
 * what it grew, from 0 on where it began anew. Metrics name no session, so that SQLite alone has both beside each other.
 */
export const metricCheck: string = `
WITH told AS (
  SELECT what, sum(grown) AS metrics FROM (
    SELECT ${WHAT} AS what, p.time AS time, CASE WHEN s.temporality = 'cumulative' AND p.value >= lag(p.value, 1, 0) OVER before
      THEN p.value - lag(p.value, 1, 0) OVER before ELSE p.value END AS grown
    FROM series s JOIN point p ON p.series = s.id
    WHERE s.name IN ('codex.api_request', 'codex.websocket.request', 'codex.tool.call', 'codex.turn.token_usage')
      AND coalesce(s.attributes ->> 'token_type', 'input') = 'input'
    WINDOW before AS (PARTITION BY s.id ORDER BY p.time, p.id)
  ) WHERE time >= :from * 1000 AND time < :to * 1000 GROUP BY what
), counted AS (
  SELECT sum(h.requests) AS requests, sum(h.tools) AS tools, sum(h.input) AS input
  FROM hour h JOIN session s ON s.id = h.session
  WHERE s.agent = 'codex' AND h.hour >= :from / ${HOUR_MS} AND h.hour < :to / ${HOUR_MS}
)
SELECT what, coalesce(events, 0) AS events, (SELECT metrics FROM told WHERE told.what = both.what) AS metrics FROM (
  SELECT 'requests' AS what, requests AS events FROM counted UNION ALL SELECT 'tool calls', tools FROM counted
  UNION ALL SELECT 'input tokens', input FROM counted
) AS both`
