export interface PendingRow {
  conversation_id: string
  /** When the response with the calls ended. */
  since_ms: number
  /** Calls that the model asked for. */
  calls: number
  /** Those of them that were decided or have a result. */
  answered: number
}

/** Parts of a stream that end a tool call which the agent itself runs. */
const CALLS = ['response.function_call_arguments.done', 'response.custom_tool_call_input.done']

/**
 * Sessions whose newest response asks for tool calls of which some are neither decided nor ended: their agents probably wait for
 * a person, since Codex sends no event when it asks. Of sessions without the parts of the stream nothing is known. SQLite alone
 * has it.
 */
export const pending: string = `
SELECT conversation_id, since_ms, calls, answered FROM (
  SELECT s.key AS conversation_id, r.time / 1000 AS since_ms,
    (SELECT count(*) FROM event c WHERE c.session = s.id AND c.time <= r.time AND c.role = 3
      AND c.time >= (SELECT max(q.time) FROM event q WHERE q.session = s.id AND q.role = 2 AND q.time <= r.time)
      AND c.kind IN (SELECT id FROM dict WHERE text IN (${CALLS.map(kind => `'${kind}'`).join(', ')}))) AS calls,
    (SELECT count(DISTINCT a.call) FROM event a WHERE a.session = s.id AND a.time >= r.time AND a.role IN (5, 6)) AS answered
  FROM session s JOIN event r ON r.id =
    (SELECT id FROM event WHERE session = s.id AND role IN (1, 2, 4) ORDER BY time DESC, id DESC LIMIT 1)
  WHERE s.last >= :from * 1000 AND r.role = 4
) WHERE calls > answered ORDER BY since_ms DESC`
