import { declinedSql } from './declined.ts'

export interface SpanRow {
  /** Of the row, for its attributes. */
  id: number
  span_id: string
  parent_id: string | null
  name: string
  kind: string | null
  start_ms: number
  duration_ms: number
  /** 0 unset, 1 ok, 2 error, 3 a call that did not run since it was not allowed. */
  status: number
  /** By the conventions for generative AI: `chat`, `execute_tool`, `invoke_agent`. */
  operation: string | null
  model: string | null
  tool_name: string | null
  input_tokens: number | null
  output_tokens: number | null
  /** 1 where it names its session itself. */
  names_session: number
  /** Who did not allow a call that did not run; `null` where that is not known. */
  declined_by: string | null
}

/** A span by the order of the columns of `spans`; words are places in a list, -1 is none. */
export type SpanTuple = readonly [
  id: number,
  span: string,
  parent: string | null,
  name: number,
  kind: number,
  startMs: number,
  durationMs: number,
  status: number,
  operation: number,
  model: number,
  tool: number,
  input: number | null,
  output: number | null,
  namesSession: number,
  declinedBy: number,
]

/** The spans of a trace. There may be so many that each key and each word is sent once. */
export interface SpansRow {
  words: string[]
  spans: SpanTuple[]
}

/** More are not given: a page cannot hold them all. */
const MAX_SPANS = 100_000

/** A call that did not run has this status. */
export const NOT_RUN = 3

/** The spans of a trace in the order in which they began, their words as numbers of `dict`. SQLite alone has it. */
export const spans: string = `
SELECT id, lower(hex(span)), CASE WHEN parent IS NOT NULL THEN lower(hex(parent)) END, name, kind, start / 1000.0, duration, status,
  operation, model, tool, input, output, session IS NOT NULL, NULL, call, decision
FROM span WHERE trace = unhex(:trace) ORDER BY start, id LIMIT ${MAX_SPANS}`

/** The calls that were not allowed, by the events of the trace's session and by its spans, and the numbers of the words for who did that. */
export const declinedCalls: string = `
SELECT call, source FROM span WHERE trace = unhex(:trace) AND role = 5 AND ${declinedSql('decision')}
UNION SELECT call, source FROM event
  WHERE session = (SELECT session FROM trace WHERE id = unhex(:trace)) AND ${declinedSql('decision')} AND role = 5`
