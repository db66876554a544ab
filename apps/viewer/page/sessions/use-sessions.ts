import { useEffect, useState } from 'preact/hooks'
import type { PendingRow } from '../../src/queries/pending.ts'
import type { SessionRow } from '../../src/queries/sessions.ts'
import { following, live, removals } from '../api/live.ts'
import { useAnswer } from '../api/use-answer.ts'
import { useNow } from '../shell/use-now.ts'
import { WAITS_MS } from './state.ts'

/** Sessions that the list has. */
export const MAX_SESSIONS = 1_000
const ANY_TIME = 8.64e15
const PENDING_MS = 2_000

export interface SessionsData {
  /** The most recent first; `undefined` until they are there. */
  sessions: readonly SessionRow[] | undefined
  pending: ReadonlyMap<string, PendingRow>
  error: string | undefined
}

/** The sessions, as they are while events arrive. */
export function useSessions(): SessionsData {
  // A stream that was opened again may have missed a session that changed.
  const [opened, setOpened] = useState(0)
  const isFollowing = following.value
  useEffect(() => {
    if (isFollowing) setOpened(count => count + 1)
  }, [isFollowing])
  const { rows, error } = useAnswer('sessions', { from: 0, to: ANY_TIME, limit: MAX_SESSIONS }, opened)
  const [changed, setChanged] = useState<ReadonlyMap<string, SessionRow>>(new Map())
  // A session that is removed is not among those that are asked for again.
  useEffect(() => setChanged(new Map()), [removals.value])
  const message = live.value
  useEffect(() => {
    if (!message || message.sessions.length === 0) return
    setChanged(before => new Map([...before, ...message.sessions.map(row => [row.conversation_id, row] as const)]))
  }, [message])

  const now = useNow(PENDING_MS)
  const step = Math.floor(now / PENDING_MS)
  const { rows: waiting } = useAnswer('pending', { from: Math.floor((now - WAITS_MS) / 60_000) * 60_000 }, step)
  return {
    sessions: rows && merged(rows, changed),
    pending: new Map(waiting?.map(row => [row.conversation_id, row])),
    error,
  }
}

/** The newest of each session, the most recent first. */
export function merged(rows: readonly SessionRow[], changed: ReadonlyMap<string, SessionRow>): SessionRow[] {
  const known = new Map(rows.map(row => [row.conversation_id, row]))
  for (const row of changed.values()) {
    const before = known.get(row.conversation_id)
    if (!before || row.events + row.spans >= before.events + before.spans) known.set(row.conversation_id, row)
  }
  return [...known.values()].sort((a, b) => b.recent_ms - a.recent_ms).slice(0, MAX_SESSIONS)
}
