import { type Dialect, inScope } from './dialect.ts'

export interface HoursRow {
  hour_ms: number
  /** Sessions that began. */
  sessions: number
  requests: number
  retries: number
  errors: number
}

/** Sessions that began, requests, their retries and errors by hour. */
export const hours = (dialect: Dialect): string => `
SELECT hour_ms, sum(started) AS sessions, sum(requested) AS requests, sum(retried) AS retries, sum(failed) AS errors FROM (
  SELECT ${dialect.hour('time_ms')} AS hour_ms, 0 AS started, 1 AS requested, CASE WHEN attempt > 0 THEN 1 ELSE 0 END AS retried, 0 AS failed
  FROM ${dialect.events} e WHERE is_request = 1 AND ${inScope(dialect)}
  UNION ALL
  SELECT ${dialect.hour('time_ms')} AS hour_ms, 0 AS started, 0 AS requested, 0 AS retried, 1 AS failed
  FROM ${dialect.events} e WHERE error_message IS NOT NULL AND NOT e.declined = 1 AND ${inScope(dialect)}
  UNION ALL
  SELECT ${dialect.hour('time_ms')} AS hour_ms, 1 AS started, 0 AS requested, 0 AS retried, 0 AS failed
  FROM ${dialect.sessionStarts} AS e WHERE ${inScope(dialect)}
) AS counted GROUP BY hour_ms ORDER BY hour_ms`
