/** How one database writes what standard SQL has no words for. All else is the same in both. */
export interface Dialect {
  /** The view with everything that is counted. */
  events: string
  /** A value that is bound. */
  parameter(name: string, type: 'Int64' | 'String'): string
  /** The start of the hour of a time in milliseconds, in milliseconds. */
  hour(timeMs: string): string
  /** The exact 50th, 95th and 99th percentiles, as an array. */
  quantiles(value: string): string
  /** Whether an event is of the session with the bound key. */
  inSession(name: string): string
  /** How many rows have the condition. */
  countIf(condition: string): string
  /** Whether a column has the bound text; every row has it where the text is empty. */
  isOrAny(column: string, name: string): string
  /** A text with each run of digits as one `#`. */
  foldDigits(text: string): string
  /** What tells the sessions of the view's rows apart, in the least bytes. */
  session: string
  /** The value in the row before, in its session, which the rows have as `session_key`. */
  previous(value: string): string
  /** A table with the start, the agent and the model of each session. */
  sessionStarts: string
}

export const sqlite: Dialect = {
  events: 'counted_events',
  parameter: name => `:${name}`,
  hour: timeMs => `${timeMs} / 3600000 * 3600000`,
  quantiles: value => `quantiles(${value})`,
  inSession: name => `event_id IN (SELECT id FROM event WHERE session = (SELECT id FROM session WHERE key = :${name}))`,
  countIf: condition => `count(*) FILTER (WHERE ${condition})`,
  isOrAny: (column, name) => `(:${name} = '' OR ${column} = :${name})`,
  foldDigits: text => `fold_digits(${text})`,
  session: 'e.session_number',
  previous: value => `lag(${value}) OVER (PARTITION BY session_key ORDER BY time_ms, event_id)`,
  sessionStarts:
    '(SELECT first / 1000 AS time_ms, agent AS agent, model AS model FROM session WHERE agent IS NOT NULL)',
}

export const clickhouse: Dialect = {
  events: 'codex_events',
  parameter: (name, type) => `{${name}:${type}}`,
  hour: timeMs => `intDiv(${timeMs}, 3600000) * 3600000`,
  // Of no value at all, quantilesExact makes zeros.
  quantiles: value => `if(count(${value}) = 0, [NULL, NULL, NULL], quantilesExact(0.5, 0.95, 0.99)(${value}))`,
  inSession: name => `conversation_id = {${name}:String}`,
  countIf: condition => `countIf(${condition})`,
  isOrAny: (column, name) => `({${name}:String} = '' OR ${column} = {${name}:String})`,
  foldDigits: text => `replaceRegexpAll(${text}, '[0-9]+', '#')`,
  session: 'e.conversation_id',
  previous: value =>
    `lagInFrame(toNullable(${value})) OVER (PARTITION BY session_key ORDER BY time_ms, event_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)`,
  sessionStarts: `(SELECT min(e.time_ms) AS time_ms, argMin(e.agent, e.event_id) AS agent,
    argMaxIf(e.model, e.event_id, e.model IS NOT NULL) AS model
    FROM codex_events e WHERE e.conversation_id IS NOT NULL GROUP BY e.conversation_id)`,
}

/** A span of time: from this millisecond on, and before that one. */
export interface Period {
  from: number
  to: number
}

/** The condition of a period on the rows of `e`, which names the view so that a result of the same name is not meant. */
const inPeriod = (dialect: Dialect): string =>
  `e.time_ms >= ${dialect.parameter('from', 'Int64')} AND e.time_ms < ${dialect.parameter('to', 'Int64')}`

/** A period, of one model and one agent alone where these are not empty. */
export interface Scope extends Period {
  model: string
  agent: string
}

/** The condition of a scope on the rows of `e`. */
export const inScope = (dialect: Dialect): string =>
  `${inPeriod(dialect)} AND ${dialect.isOrAny('e.model', 'model')} AND ${dialect.isOrAny('e.agent', 'agent')}`

export const ALL_TIME: Period = { from: 0, to: 8.64e15 }

export const EVERYTHING: Scope = { ...ALL_TIME, model: '', agent: '' }
