import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { isOfFiles } from '../api/client.ts'
import { Arriving } from '../arriving/arriving.tsx'
import { Refusals } from '../arriving/refusals.tsx'
import { type ListHandle, WindowedList } from '../list/windowed-list.tsx'
import { useKeys } from '../shell/keys.ts'
import { navigate, sessionPath } from '../shell/router.ts'
import { useNow } from '../shell/use-now.ts'
import { useTitle } from '../shell/use-title.ts'
import { COLUMNS, SessionLine, SessionsHead } from './session-row.tsx'
import { type SessionState, stateOf } from './state.ts'
import { StoreLine } from './store-line.tsx'
import { tellApart } from './tell-apart.ts'
import { Today } from './today.tsx'
import { useCosts } from './use-costs.ts'
import { MAX_SESSIONS, useSessions } from './use-sessions.ts'

const ROW_PX = 46

/** The session that was looked at last, to come back to. */
let lastActive: string | undefined

/** Every session with its state; while there is none, how to send one. */
export function Sessions() {
  const { sessions, pending, error } = useSessions()
  const now = useNow(1_000)
  const [active, setActive] = useState(lastActive)
  const list = useRef<ListHandle>(null)
  const costs = useCosts(0, sessions?.reduce((sum, { responses }) => sum + responses, 0) ?? 0)
  useTitle(sessions?.length === 0 ? 'waiting for the first event' : 'sessions')
  useKeys({
    j: () => list.current?.move(1),
    k: () => list.current?.move(-1),
    '.': () => list.current?.go(0),
  })
  const ids = useMemo(() => tellApart(sessions ?? []), [sessions])
  const isThere = sessions !== undefined
  useEffect(() => {
    const index = sessions?.findIndex(({ conversation_id }) => conversation_id === lastActive) ?? -1
    if (index >= 0) list.current?.show(index)
  }, [isThere])
  if (!sessions) return error === undefined ? <p class="muted">loading…</p> : <p class="bad">{error}</p>
  if (sessions.length === 0) return <Arriving />
  const states = new Map<string, SessionState>(
    sessions.map(session => [
      session.conversation_id,
      isOfFiles.value ? { name: 'ended' } : stateOf(session, pending.get(session.conversation_id), now),
    ]),
  )
  const rows = sessions.map(session => ({ key: session.conversation_id, height: ROW_PX, session }))
  return (
    <div class="sessions">
      <h1 class="hidden">Sessions</h1>
      <Today sessions={sessions} states={states} costs={costs} />
      <Refusals look="line" />
      {error === undefined ? null : <p class="bad">{error}</p>}
      <WindowedList
        label="Sessions"
        rows={rows}
        columns={COLUMNS.length}
        active={active}
        onActive={key => {
          lastActive = key
          setActive(key)
        }}
        handle={list}
        head={<SessionsHead />}
        render={(row, props) => (
          <SessionLine
            key={row.key}
            session={row.session}
            state={states.get(row.key) ?? { name: 'ended' }}
            cost={costs.get(row.key)}
            id={ids.get(row.key)}
            now={now}
            props={props}
            onOpen={() => {
              lastActive = row.key
              navigate(sessionPath(row.key))
            }}
          />
        )}
      />
      {sessions.length < MAX_SESSIONS ? null : (
        <p class="muted">These are the newest {MAX_SESSIONS}; search finds others.</p>
      )}
      <StoreLine />
    </div>
  )
}
