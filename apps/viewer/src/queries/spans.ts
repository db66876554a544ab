export interface SpanRow {
  /** Of the row, for its attributes. */
  id: number
  span_id: string
  parent_id: string | null
  name: string
  kind: string | null
  start_ms: number
  duration_ms: number
  /** 0 unset, 1 ok, 2 error. */
  status: number
  /** By the conventions for generative AI: `chat`, `execute_tool`, `invoke_agent`. */
  operation: string | null
  model: string | null
  tool_name: string | null
  input_tokens: number | null
  output_tokens: number | null
  /** 1 where it names its session itself. */
  names_session: number
}

/** More are not given: a page cannot hold them all. */
export const MAX_SPANS = 100_000

/** The spans of a trace in the order in which they began. SQLite alone has it. */
export const spans: string = `
SELECT s.id, lower(hex(s.span)) AS span_id, CASE WHEN s.parent IS NOT NULL THEN lower(hex(s.parent)) END AS parent_id, (SELECT text FROM dict WHERE id = s.name) AS name,
  (SELECT text FROM dict WHERE id = s.kind) AS kind, s.start / 1000.0 AS start_ms, s.duration AS duration_ms, s.status,
  (SELECT text FROM dict WHERE id = s.operation) AS operation, (SELECT text FROM dict WHERE id = s.model) AS model,
  (SELECT text FROM dict WHERE id = s.tool) AS tool_name, s.input AS input_tokens, s.output AS output_tokens,
  s.session IS NOT NULL AS names_session
FROM span s WHERE s.trace = unhex(:trace) ORDER BY s.start, s.id LIMIT ${MAX_SPANS}`
