import type { PendingRow } from '../../src/queries/pending.ts'
import type { SessionRow } from '../../src/queries/sessions.ts'

/** `waits` is probable and no more: Codex sends no event when it asks. */
export type SessionState = { name: 'waits'; sinceMs: number } | { name: 'live' } | { name: 'ended' }

/** A session with an event in this time goes on. */
const LIVE_MS = 60_000
/** An agent that asked longer ago than this has probably been closed. */
export const WAITS_MS = 60 * 60_000
/** A clock that is further ahead than this is none: what it has written does not go on until then. */
const AHEAD_MS = 24 * 60 * 60_000
/** A decision of the configuration follows its call within this time. */
const ASKS_AFTER_MS = 2_000

/** The state of a session that goes on or went on a moment ago, as far as its events tell. */
export function stateOf({ last_ms }: SessionRow, pending: PendingRow | undefined, now: number): SessionState {
  // A decision that is newer than the answer on what is pending shows in the session's last event.
  if (pending && last_ms - pending.since_ms < ASKS_AFTER_MS) {
    const waited = now - pending.since_ms
    if (waited >= ASKS_AFTER_MS && waited < WAITS_MS) return { name: 'waits', sinceMs: pending.since_ms }
  }
  const age = now - last_ms
  return age < LIVE_MS && age > -AHEAD_MS ? { name: 'live' } : { name: 'ended' }
}
