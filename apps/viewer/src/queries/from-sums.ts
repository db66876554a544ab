import { type Scope, sqlite } from './dialect.ts'

const HOUR_MS = 3_600_000

/** Whether a period has full hours alone, so that sums of hours are those of the period. */
export const hasFullHours = ({ from, to }: Pick<Scope, 'from' | 'to'>): boolean =>
  from % HOUR_MS === 0 && to % HOUR_MS === 0

const inScope = `h.hour >= :from / ${HOUR_MS} AND h.hour < :to / ${HOUR_MS}
  AND (:model = '' OR h.model = (SELECT id FROM dict WHERE text = :model))
  AND (:agent = '' OR h.session IN (SELECT id FROM session WHERE agent = :agent))`

/** The answer of `tokens`, from what was added up as the records came in. SQLite alone has it, and the other of this file. */
export const tokensFromSums: string = `
SELECT h.hour * ${HOUR_MS} AS hour_ms, (SELECT text FROM dict WHERE id = h.model) AS model, sum(h.responses) AS responses,
  sum(h.input) AS input_tokens, sum(h.cached) AS cached_tokens, sum(h.cache_write) AS cache_write_tokens,
  sum(h.output) AS output_tokens, sum(h.reasoning) AS reasoning_tokens
FROM hour h WHERE h.responses > 0 AND ${inScope} GROUP BY h.hour, h.model ORDER BY h.hour, model NULLS FIRST`

/** The answer of `hours`. */
export const hoursFromSums: string = `
SELECT hour_ms, sum(started) AS sessions, sum(requested) AS requests, sum(retried) AS retries, sum(failed) AS errors FROM (
  SELECT h.hour * ${HOUR_MS} AS hour_ms, 0 AS started, h.requests AS requested, h.retries AS retried, h.errors AS failed
  FROM hour h WHERE (h.requests > 0 OR h.errors > 0) AND ${inScope}
  UNION ALL
  SELECT ${sqlite.hour('time_ms')}, 1, 0, 0, 0 FROM ${sqlite.sessionStarts} AS e
  WHERE time_ms >= :from AND time_ms < :to AND ${sqlite.isOrAny('model', 'model')} AND ${sqlite.isOrAny('agent', 'agent')}
) GROUP BY hour_ms ORDER BY hour_ms`
