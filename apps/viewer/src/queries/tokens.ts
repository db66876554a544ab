import { type Dialect, inScope } from './dialect.ts'

export interface TokensRow {
  hour_ms: number
  model: string | null
  responses: number
  input_tokens: number
  cached_tokens: number
  cache_write_tokens: number
  output_tokens: number
  reasoning_tokens: number
}

/** Tokens by hour and model. Only a response's one event with counts is added up; what was cached is inside the input. */
export const tokens = (dialect: Dialect): string => `
SELECT ${dialect.hour('time_ms')} AS hour_ms, model, count(*) AS responses, sum(e.input_tokens) AS input_tokens,
  sum(coalesce(e.cached_tokens, 0)) AS cached_tokens, sum(coalesce(e.cache_write_tokens, 0)) AS cache_write_tokens,
  sum(coalesce(e.output_tokens, 0)) AS output_tokens, sum(coalesce(e.reasoning_tokens, 0)) AS reasoning_tokens
FROM ${dialect.events} e WHERE e.input_tokens IS NOT NULL AND ${inScope(dialect)}
GROUP BY hour_ms, model ORDER BY hour_ms, model NULLS FIRST`
