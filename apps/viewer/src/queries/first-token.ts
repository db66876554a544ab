import { type Dialect, inScope } from './dialect.ts'

export interface FirstTokenRow {
  model: string | null
  responses: number
  /** 50th, 95th and 99th percentile of the milliseconds to the first token. */
  ttft_ms: number[]
}

/** How long until the first token of a response, by model. Codex says it from 0.169 on. */
export const firstToken = (dialect: Dialect): string => `
SELECT model, count(*) AS responses, ${dialect.quantiles('e.ttft_ms')} AS ttft_ms
FROM ${dialect.events} e WHERE input_tokens IS NOT NULL AND e.ttft_ms IS NOT NULL AND ${inScope(dialect)}
GROUP BY model ORDER BY responses DESC, model NULLS FIRST`
