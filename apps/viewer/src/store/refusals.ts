import type { SignalName } from '@codex/otlp-receiver'
import type { Database } from './open-database.ts'

/** A request that was not stored, and why. */
export interface RefusedRequest {
  /** Milliseconds since the epoch. */
  timeMs: number
  transport: 'http' | 'grpc'
  signal: SignalName | undefined
  method: string
  path: string
  userAgent: string
  /** Of its body, as received. */
  bytes: number
  /** The HTTP status, or that of gRPC; `undefined` where the connection was closed without one. */
  status: number | undefined
  reason: string
  /** What its sender can change. */
  cure: string | undefined
}

/** What became of it: the sender has to change something, may send it again, met a failure of the store, or spoke another protocol. */
export type RefusedOutcome = 'refused' | 'busy' | 'failed' | 'unreadable'

/** How many are kept. */
const KEPT = 500
/** Characters of a text that comes from outside. */
const MAX_TEXT = 500

/** Keeps the newest requests that were refused. Those that are equal but for their time are one that is counted. */
export class Refusals {
  private readonly upsert
  private readonly removeOldest

  constructor(db: Database) {
    this.upsert = db.prepare(
      `INSERT INTO request (first, time, times, signal, transport, method, path, agent, bytes, status, outcome, reason, cure)
       VALUES (?1, ?1, 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
       ON CONFLICT DO UPDATE SET time = max(time, excluded.time), times = times + 1, bytes = excluded.bytes, cure = excluded.cure`,
    )
    this.removeOldest = db.prepare(
      `DELETE FROM request WHERE id IN (SELECT id FROM request ORDER BY time DESC, id DESC LIMIT -1 OFFSET ${KEPT})`,
    )
  }

  /** Within a transaction. */
  add(refused: readonly RefusedRequest[]): void {
    for (const { timeMs, transport, signal, method, path, userAgent, bytes, status, reason, cure } of refused) {
      this.upsert.run(
        timeMs * 1000,
        signal ?? null,
        transport,
        method.slice(0, MAX_TEXT),
        path.slice(0, MAX_TEXT),
        userAgent.slice(0, MAX_TEXT),
        bytes,
        status ?? 0,
        outcomeOf(transport, status),
        reason.slice(0, MAX_TEXT),
        cure?.slice(0, MAX_TEXT) ?? null,
      )
    }
    this.removeOldest.run()
  }
}

function outcomeOf(transport: 'http' | 'grpc', status: number | undefined): RefusedOutcome {
  if (status === undefined) return 'unreadable'
  const [busy, failed] = transport === 'http' ? [429, [500, 503]] : [14, [13]]
  return status === busy ? 'busy' : failed.includes(status) ? 'failed' : 'refused'
}
