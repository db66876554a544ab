import { type Dialect, inScope } from './dialect.ts'

export interface LatencyRow {
  model: string | null
  requests: number
  retries: number
  /** 50th, 95th and 99th percentile of the milliseconds to the headers of a response that succeeded. */
  headers_ms: number[]
}

/**
 * Requests to the model by model. Codex measures a request to the headers of its response; how long the model then writes is in
 * the timeline.
 */
export const latency = (dialect: Dialect): string => `
SELECT model, count(*) AS requests, ${dialect.countIf('attempt > 0')} AS retries,
  ${dialect.quantiles('CASE WHEN status >= 200 AND status < 300 THEN duration_ms END')} AS headers_ms
FROM ${dialect.events} e WHERE is_request = 1 AND status IS NOT NULL AND ${inScope(dialect)}
GROUP BY model ORDER BY requests DESC, model NULLS FIRST`
