/** Requests that were refused and are equal but for their time. */
export interface RefusalRow {
  refusal_id: number
  /** When the last of them came. */
  time_ms: number
  first_ms: number
  times: number
  transport: 'http' | 'grpc'
  /** `null` where the path has none. */
  signal: string | null
  /** Empty where not even a request could be read, as the next two are. */
  method: string
  path: string
  user_agent: string
  bytes: number
  /** The HTTP status, or that of gRPC; `null` where the connection was closed without one. */
  status: number | null
  outcome: 'refused' | 'busy' | 'failed' | 'unreadable'
  reason: string
  /** What its sender can change. */
  cure: string | null
}

/** The requests that were refused, the newest first. */
export const refusals: string = `SELECT id AS refusal_id, time / 1000 AS time_ms, first / 1000 AS first_ms, times, transport, signal,
  method, path, agent AS user_agent, bytes, nullif(status, 0) AS status, outcome, reason, cure
FROM request ORDER BY time DESC, id DESC LIMIT :limit`
