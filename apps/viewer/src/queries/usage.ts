export interface UsageRow {
  conversation_id: string
  hour_ms: number
  model: string | null
  input_tokens: number
  cached_tokens: number
  cache_write_tokens: number
  output_tokens: number
}

/**
 * The tokens of each session that had an event from a time on, by hour and model, since each model and each day has its price.
 * From what was added up as the events came in; SQLite alone has it.
 */
export const usage: string = `
SELECT s.key AS conversation_id, h.hour * 3600000 AS hour_ms, (SELECT text FROM dict WHERE id = h.model) AS model,
  h.input AS input_tokens, h.cached AS cached_tokens, h.cache_write AS cache_write_tokens, h.output AS output_tokens
FROM hour h JOIN session s ON s.id = h.session
WHERE s.last >= :from * 1000 AND (h.input > 0 OR h.output > 0 OR h.cached > 0 OR h.cache_write > 0) ORDER BY s.last DESC, h.hour, model`
