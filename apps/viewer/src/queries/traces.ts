export interface TraceRow {
  trace_id: string
  conversation_id: string | null
  title: string | null
  /** Of the span without a parent, or of the first one. */
  name: string
  spans: number
  errors: number
  start_ms: number
  /** From the first start to the last end. */
  duration_ms: number
}

const traces = (condition: string): string => `
SELECT lower(hex(s.trace)) AS trace_id, session.key AS conversation_id, session.title AS title,
  (SELECT text FROM dict WHERE id = (SELECT name FROM span WHERE trace = s.trace ORDER BY parent IS NOT NULL, start LIMIT 1)) AS name,
  count(*) AS spans, sum(s.status = 2 AND (s.role <> 6 OR s.error IS NOT NULL)) AS errors, min(s.start) / 1000.0 AS start_ms,
  (max(s.start + s.duration * 1000) - min(s.start)) / 1000.0 AS duration_ms
FROM span s LEFT JOIN trace t ON t.id = s.trace LEFT JOIN session ON session.id = t.session
WHERE ${condition} GROUP BY s.trace ORDER BY start_ms`

/** The traces of a session, the oldest first. SQLite alone has it, and the others of this file. */
export const tracesOfSession: string = `${traces('s.trace IN (SELECT id FROM trace WHERE session = (SELECT id FROM session WHERE key = :session))')} LIMIT :limit`

export const trace: string = traces('s.trace = unhex(:trace)')
