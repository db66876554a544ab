import type { SignalName } from '@codex/otlp-receiver'
import { SPAN_COUNTED, SPAN_END, SPANS_ALONE } from '../queries/counted-spans.ts'
import { declinedSql } from '../queries/declined.ts'

/** Raised with each change of the tables. A file of another version is not opened. */
export const SCHEMA_VERSION = 7

/** The columns of `codex_events`, from the spans of sessions without events. */
const SPANS_AS_EVENTS = `SELECT
  -s.id AS event_id, s.session AS session_number, ${SPAN_END} AS time_ms, x.agent AS agent, x.key AS conversation_id,
  (SELECT text FROM dict WHERE id = s.name) AS event_name,
  CASE s.role WHEN 4 THEN 'response' WHEN 5 THEN 'decision' WHEN 6 THEN 'tool' ELSE 'other' END AS role,
  NULL AS event_kind, (SELECT text FROM dict WHERE id = s.model) AS model, (SELECT text FROM dict WHERE id = s.tool) AS tool_name,
  s.duration AS duration_ms, CASE WHEN s.role = 6 THEN s.status <> 2 END AS success, NULL AS status, NULL AS attempt,
  s.call AS call_id, CASE WHEN s.role = 5 THEN s.decision END AS decision,
  (SELECT text FROM dict WHERE id = s.source) AS source, s.wait AS wait_ms,
  CASE WHEN s.role = 4 THEN s.input END AS input_tokens, s.output AS output_tokens, s.cached AS cached_tokens,
  s.cache_write AS cache_write_tokens, NULL AS reasoning_tokens, NULL AS ttft_ms, s.error AS error_message,
  CASE WHEN s.role = 4 THEN 1 END AS is_request, s.role = 6 AND s.status = 2 AND s.error IS NULL AS declined`
const OF_SPANS_ALONE = `FROM session x JOIN span s ON s.session = x.id WHERE x.agent = '${SPANS_ALONE}'`

/** The table with the rows of a signal's records, whose ids have no gaps within a chunk. */
export const ROWS_OF: Readonly<Record<SignalName, 'event' | 'point' | 'span'>> = {
  logs: 'event',
  metrics: 'point',
  traces: 'span',
}

/** The full-text index of the texts in a signal's records, whose ids are those of the rows. */
export const WORDS_OF: Readonly<Partial<Record<SignalName, string>>> = { logs: 'content', traces: 'span_content' }

/**
 * The tables. Times are microseconds since the epoch, durations milliseconds. `name`, `kind` and other words that repeat are
 * numbers of `dict`.
 *
 * `chunk` has every record in full, as it came: requests of one signal and encoding, compressed. The rows of `event`, `point`
 * and `span` have what the questions need, and name the chunk and their place in it; the ids of the rows of a chunk are the
 * `rows` from `row` on.
 *
 * `recent` of a session is the same as `last`, but that a record counts from its arrival where its clock was ahead.
 *
 * `request` has the requests that were refused; equal ones share a row that counts them. Its `status` is 0 where a connection was
 * closed without an answer.
 *
 * The views look words up for themselves, so that a question that asks for none of them reads an index alone. `counted_events` has
 * the spans of sessions without events as well, each as the event that would say the same: its end is its time. `span_events` has
 * all spans of these sessions, with what finds them in their trace.
 */
export const TABLES: string = `
CREATE TABLE meta (key TEXT PRIMARY KEY, value ANY) STRICT, WITHOUT ROWID;
CREATE TABLE dict (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE chunk (
  id INTEGER PRIMARY KEY, signal TEXT NOT NULL, encoding TEXT NOT NULL, records INTEGER NOT NULL, first INTEGER NOT NULL,
  last INTEGER NOT NULL, row INTEGER NOT NULL, rows INTEGER NOT NULL, bytes INTEGER NOT NULL, body BLOB NOT NULL
) STRICT;
CREATE TABLE file (hash TEXT PRIMARY KEY, name TEXT NOT NULL, bytes INTEGER NOT NULL, records INTEGER NOT NULL, at INTEGER NOT NULL) STRICT;
CREATE TABLE session (
  id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, agent TEXT, service TEXT, version TEXT, originator TEXT, model TEXT,
  first INTEGER NOT NULL, last INTEGER NOT NULL, recent INTEGER NOT NULL, events INTEGER NOT NULL, prompts INTEGER NOT NULL, requests INTEGER NOT NULL,
  retries INTEGER NOT NULL, responses INTEGER NOT NULL, tools INTEGER NOT NULL, tools_failed INTEGER NOT NULL,
  decisions INTEGER NOT NULL, denied INTEGER NOT NULL, errors INTEGER NOT NULL, spans INTEGER NOT NULL, wait REAL,
  input INTEGER NOT NULL, output INTEGER NOT NULL, cached INTEGER NOT NULL, cache_write INTEGER NOT NULL,
  reasoning INTEGER NOT NULL, title TEXT, prompt_length INTEGER
) STRICT;
CREATE TABLE hour (
  hour INTEGER NOT NULL, session INTEGER NOT NULL, model INTEGER NOT NULL, events INTEGER NOT NULL, requests INTEGER NOT NULL,
  retries INTEGER NOT NULL, responses INTEGER NOT NULL, tools INTEGER NOT NULL, errors INTEGER NOT NULL, input INTEGER NOT NULL, output INTEGER NOT NULL,
  cached INTEGER NOT NULL, cache_write INTEGER NOT NULL, reasoning INTEGER NOT NULL,
  PRIMARY KEY (hour, session, model)
) STRICT, WITHOUT ROWID;
CREATE TABLE event (
  id INTEGER PRIMARY KEY, chunk INTEGER NOT NULL, place INTEGER NOT NULL, session INTEGER, time INTEGER NOT NULL,
  name INTEGER, role INTEGER NOT NULL, kind INTEGER, duration REAL, model INTEGER, tool INTEGER, success INTEGER,
  status INTEGER, attempt INTEGER, call TEXT, decision TEXT, source INTEGER, wait REAL, input INTEGER, output INTEGER,
  cached INTEGER, cache_write INTEGER, reasoning INTEGER, ttft REAL, error TEXT, request INTEGER
) STRICT;
CREATE TABLE series (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, name TEXT NOT NULL, unit TEXT NOT NULL, kind TEXT NOT NULL,
  temporality TEXT, monotonic INTEGER, session INTEGER, attributes TEXT NOT NULL) STRICT;
CREATE TABLE point (
  id INTEGER PRIMARY KEY, chunk INTEGER NOT NULL, place INTEGER NOT NULL, series INTEGER NOT NULL, time INTEGER NOT NULL,
  value REAL, count INTEGER
) STRICT;
CREATE TABLE span (
  id INTEGER PRIMARY KEY, chunk INTEGER NOT NULL, place INTEGER NOT NULL, session INTEGER, trace BLOB NOT NULL, span BLOB NOT NULL,
  parent BLOB, name INTEGER NOT NULL, kind INTEGER, start INTEGER NOT NULL, duration REAL NOT NULL, status INTEGER, operation INTEGER,
  model INTEGER, tool INTEGER, input INTEGER, output INTEGER, role INTEGER NOT NULL, cached INTEGER, cache_write INTEGER,
  call TEXT, decision TEXT, source INTEGER, wait REAL, error TEXT
) STRICT;
CREATE TABLE trace (id BLOB PRIMARY KEY, session INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE request (
  id INTEGER PRIMARY KEY, first INTEGER NOT NULL, time INTEGER NOT NULL, times INTEGER NOT NULL, signal TEXT, transport TEXT NOT NULL,
  method TEXT NOT NULL, path TEXT NOT NULL, agent TEXT NOT NULL, bytes INTEGER NOT NULL, status INTEGER NOT NULL,
  outcome TEXT NOT NULL, reason TEXT NOT NULL, cure TEXT, UNIQUE (transport, method, path, agent, status, reason)
) STRICT;
CREATE VIRTUAL TABLE content USING fts5(prompt, arguments, output, error, content='', contentless_delete=1);
CREATE VIRTUAL TABLE span_content USING fts5(prompt, arguments, output, error, content='', contentless_delete=1);

CREATE INDEX request_time ON request (time);
CREATE INDEX session_last ON session (last);
CREATE INDEX session_recent ON session (recent);
CREATE INDEX event_session ON event (session, time);
CREATE INDEX event_tokens ON event (time, model, session, kind, duration, input, output, cached, cache_write, reasoning, ttft)
  WHERE input IS NOT NULL;
CREATE INDEX event_request ON event (time, model, session, status, attempt, duration, input, request, success)
  WHERE request IS NOT NULL;
CREATE INDEX event_status ON event (time, status) WHERE status IS NOT NULL;
CREATE INDEX event_tool ON event (time, tool, model, session, success, duration, role, decision, call)
  WHERE success IS NOT NULL;
CREATE INDEX event_decision ON event (time, tool, model, session, decision, source, wait) WHERE decision IS NOT NULL;
CREATE INDEX event_declined ON event (session, call) WHERE ${declinedSql('decision')};
CREATE INDEX event_failed ON event (session, call) WHERE success = 0 AND call IS NOT NULL;
CREATE INDEX event_error ON event (time, name, session) WHERE error IS NOT NULL;
CREATE INDEX point_series ON point (series, time);
CREATE INDEX span_trace ON span (trace, span);
CREATE INDEX span_session ON span (session, start) WHERE session IS NOT NULL;
CREATE INDEX span_counted ON span (session, role, start) WHERE role < 7 OR error IS NOT NULL;
CREATE INDEX span_newest ON span (start, duration, session, role, status, tool, model) WHERE role < 7 OR error IS NOT NULL;
CREATE INDEX span_declined ON span (trace, call) WHERE ${declinedSql('decision')};

CREATE VIEW codex_events AS SELECT
  e.id AS event_id, e.session AS session_number, e.time / 1000 AS time_ms, (SELECT agent FROM session WHERE id = e.session) AS agent,
  (SELECT key FROM session WHERE id = e.session) AS conversation_id, (SELECT text FROM dict WHERE id = e.name) AS event_name,
  CASE e.role WHEN 0 THEN 'start' WHEN 1 THEN 'prompt' WHEN 2 THEN 'request' WHEN 3 THEN 'stream' WHEN 4 THEN 'response'
    WHEN 5 THEN 'decision' WHEN 6 THEN 'tool' ELSE 'other' END AS role,
  (SELECT text FROM dict WHERE id = e.kind) AS event_kind, (SELECT text FROM dict WHERE id = e.model) AS model,
  (SELECT text FROM dict WHERE id = e.tool) AS tool_name, e.duration AS duration_ms, e.success AS success,
  e.status AS status, e.attempt AS attempt, e.call AS call_id, e.decision AS decision,
  (SELECT text FROM dict WHERE id = e.source) AS source, e.wait AS wait_ms,
  e.input AS input_tokens, e.output AS output_tokens, e.cached AS cached_tokens, e.cache_write AS cache_write_tokens,
  e.reasoning AS reasoning_tokens, e.ttft AS ttft_ms, e.error AS error_message, e.request AS is_request,
  CASE WHEN e.success IS NOT 0 OR e.role <> 6 THEN 0 WHEN ${declinedSql('e.decision')} THEN 1
    ELSE EXISTS (SELECT 1 FROM event d WHERE d.session = e.session AND d.call = e.call AND ${declinedSql('d.decision')}) END AS declined
FROM event e;

CREATE VIEW counted_events AS SELECT * FROM codex_events UNION ALL ${SPANS_AS_EVENTS} ${OF_SPANS_ALONE} AND (${SPAN_COUNTED});

CREATE VIEW span_events AS ${SPANS_AS_EVENTS}, s.id AS span_row, lower(hex(s.trace)) AS trace_id, lower(hex(s.span)) AS span_id
${OF_SPANS_ALONE};
`
