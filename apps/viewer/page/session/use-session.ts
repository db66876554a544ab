import { useEffect, useRef, useState } from 'preact/hooks'
import type { SessionRow } from '../../src/queries/sessions.ts'
import type { TimelineRow } from '../../src/queries/timeline.ts'
import { ask } from '../api/client.ts'
import { live, removals } from '../api/live.ts'
import { withNewRows } from './turns.ts'

/** Events in one answer. */
const PAGE = 2_000
/** Events of a session that the page holds. */
const MAX_ROWS = 100_000

export interface SessionData {
  /** `undefined` until it is there, `null` where there is no such session. */
  session: SessionRow | null | undefined
  rows: readonly TimelineRow[]
  /** Whether all events are there. */
  whole: boolean
  error: string | undefined
}

const EMPTY: SessionData = { session: undefined, rows: [], whole: false, error: undefined }

/** A session with its events, and those that arrive while it is open. */
export function useSession(key: string): SessionData {
  const [data, setData] = useState<SessionData & { key: string }>({ ...EMPTY, key })
  const current = useRef(data)
  current.current = data
  const busy = useRef(false)
  const stale = useRef(false)

  useEffect(() => {
    const controller = new AbortController()
    busy.current = true
    const change = (to: Partial<SessionData>): void => {
      if (!controller.signal.aborted)
        setData(before => ({ ...(before.key === key ? before : { ...EMPTY, key }), ...to }))
    }
    change(EMPTY)
    void load(key, controller.signal, change).finally(() => {
      if (!controller.signal.aborted) busy.current = false
    })
    return () => controller.abort()
  }, [key])

  // Among those that were removed it may be.
  const removed = removals.value
  useEffect(() => {
    if (removed === 0) return
    ask('session', { session: key }).then(
      ([session]) => {
        if (!session) setData(before => (before.key === key ? { ...before, session: null, rows: [] } : before))
      },
      // The next question fails, too, and says why.
      () => {},
    )
  }, [removed, key])

  // What arrives is asked for once at a time.
  const message = live.value
  useEffect(() => {
    const changed = message?.sessions.find(({ conversation_id }) => conversation_id === key)
    if (!changed) return
    setData(before => (before.key === key ? { ...before, session: changed } : before))
    stale.current = true
    if (busy.current) return
    busy.current = true
    void (async () => {
      while (stale.current) {
        stale.current = false
        const after = current.current.rows.reduce((newest, { event_id }) => Math.max(newest, event_id), 0)
        // The next message asks again where this fails.
        const added = await ask('timeline', { session: key, stream: 0, after, limit: PAGE, offset: 0 }).catch(() => [])
        setData(before => (before.key === key ? { ...before, rows: withNewRows(before.rows, added) } : before))
      }
    })().finally(() => {
      busy.current = false
    })
  }, [message, key])

  return data.key === key ? data : EMPTY
}

async function load(key: string, signal: AbortSignal, change: (to: Partial<SessionData>) => void): Promise<void> {
  try {
    const [session] = await ask('session', { session: key }, signal)
    change({ session: session ?? null })
    if (!session) return
    let rows: TimelineRow[] = []
    while (rows.length < MAX_ROWS) {
      const parameters = { session: key, stream: 0, after: 0, limit: PAGE, offset: rows.length } as const
      const page = await ask('timeline', parameters, signal)
      rows = [...rows, ...page]
      const whole = page.length < PAGE
      change({ rows, whole })
      if (whole) return
    }
    change({ whole: true })
  } catch (error) {
    change({ error: (error as Error).message })
  }
}
