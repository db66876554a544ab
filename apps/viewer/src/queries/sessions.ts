import type { Dialect } from './dialect.ts'

export interface SessionRow {
  conversation_id: string
  agent: string
  service: string | null
  version: string | null
  originator: string | null
  model: string | null
  first_ms: number
  last_ms: number
  /** The same, but that a record counts from its arrival where its clock was ahead. */
  recent_ms: number
  title: string | null
  /** Characters of the first prompt, also where it was not sent; `null` where the agent does not say. */
  prompt_length: number | null
  events: number
  spans: number
  prompts: number
  requests: number
  retries: number
  responses: number
  tools: number
  tools_failed: number
  decisions: number
  denied: number
  errors: number
  /** `null` where nobody is known to have been waited for. */
  wait_ms: number | null
  input_tokens: number
  cached_tokens: number
  cache_write_tokens: number
  output_tokens: number
  reasoning_tokens: number
}

/** The columns of a `SessionRow`, from the table `session`. */
export const SESSION_COLUMNS: string = `key AS conversation_id, agent, service, version, originator, model, first / 1000 AS first_ms,
  last / 1000 AS last_ms, recent / 1000 AS recent_ms, title, prompt_length, events, spans, prompts, requests, retries, responses, tools,
  tools_failed, decisions, denied, errors, wait AS wait_ms, input AS input_tokens, cached AS cached_tokens, cache_write AS cache_write_tokens,
  output AS output_tokens, reasoning AS reasoning_tokens`

/** Sessions with their sums, the most recent first, from what was added up as they came in. */
export const sessions: string = `SELECT ${SESSION_COLUMNS} FROM session
WHERE agent IS NOT NULL AND last >= :from * 1000 AND first < :to * 1000 ORDER BY recent DESC, id DESC LIMIT :limit`

export const session: string = `SELECT ${SESSION_COLUMNS} FROM session WHERE key = :session`

/** Sums that the events themselves give, for a database without sums. */
export const sessionsFromEvents = (dialect: Dialect): string => `
SELECT conversation_id, min(time_ms) AS first_ms, max(time_ms) AS last_ms, count(*) AS events,
  ${dialect.countIf("role = 'prompt'")} AS prompts, ${dialect.countIf("role = 'tool'")} AS tools,
  ${dialect.countIf(`role = 'tool' AND success = 0 AND NOT e.declined = 1`)} AS tools_failed, ${dialect.countIf("role = 'decision'")} AS decisions,
  ${dialect.countIf(`error_message IS NOT NULL AND NOT e.declined = 1`)} AS errors, sum(e.wait_ms) AS wait_ms,
  coalesce(sum(e.input_tokens), 0) AS input_tokens, coalesce(sum(e.cached_tokens), 0) AS cached_tokens,
  coalesce(sum(e.output_tokens), 0) AS output_tokens
FROM codex_events e WHERE conversation_id IS NOT NULL GROUP BY conversation_id ORDER BY last_ms DESC, conversation_id`
