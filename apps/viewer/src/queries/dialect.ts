/** How one database writes what standard SQL has no words for. All else is the same in both. */
export interface Dialect {
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
}

export const sqlite: Dialect = {
  parameter: name => `:${name}`,
  hour: timeMs => `${timeMs} / 3600000 * 3600000`,
  quantiles: value => `quantiles(${value})`,
  inSession: name => `event_id IN (SELECT id FROM event WHERE session = (SELECT id FROM session WHERE key = :${name}))`,
  countIf: condition => `count(*) FILTER (WHERE ${condition})`,
}

export const clickhouse: Dialect = {
  parameter: (name, type) => `{${name}:${type}}`,
  hour: timeMs => `intDiv(${timeMs}, 3600000) * 3600000`,
  quantiles: value => `quantilesExact(0.5, 0.95, 0.99)(${value})`,
  inSession: name => `conversation_id = {${name}:String}`,
  countIf: condition => `countIf(${condition})`,
}

/** A span of time: from this millisecond on, and before that one. */
export interface Period {
  from: number
  to: number
}

/** The condition of a period on a view's rows. */
export const inPeriod = (dialect: Dialect): string =>
  `time_ms >= ${dialect.parameter('from', 'Int64')} AND time_ms < ${dialect.parameter('to', 'Int64')}`

export const ALL_TIME: Period = { from: 0, to: 8.64e15 }
