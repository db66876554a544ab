import { type Dialect, inScope } from './dialect.ts'

export interface CacheRow {
  model: string | null
  responses: number
  input_tokens: number
  cached_tokens: number
  /** Of the input, 0 to 1; `null` without input. */
  rate: number | null
}

/** How much of the input came from the provider's cache, by model. */
export const cache = (dialect: Dialect): string => `
SELECT model, count(*) AS responses, sum(e.input_tokens) AS input_tokens,
  sum(coalesce(e.cached_tokens, 0)) AS cached_tokens,
  sum(coalesce(e.cached_tokens, 0)) * 1.0 / nullif(sum(e.input_tokens), 0) AS rate
FROM ${dialect.events} e WHERE e.input_tokens IS NOT NULL AND ${inScope(dialect)}
GROUP BY model ORDER BY input_tokens DESC, model NULLS FIRST`
