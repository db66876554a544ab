import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { useTexts } from '../api/use-texts.ts'
import { type ListHandle, WindowedList } from '../list/windowed-list.tsx'
import { useSessionState } from '../sessions/use-session-state.ts'
import { useKeys } from '../shell/keys.ts'
import { navigate, query, sessionPath } from '../shell/router.ts'
import { show, shown } from '../shell/shown.tsx'
import { useTitle } from '../shell/use-title.ts'
import { plainText } from '../text/visible.ts'
import { canExpand, EntryRow } from './entry-row.tsx'
import { EventDetail } from './event-detail.tsx'
import { ForgetDialog, useForget } from './forget.tsx'
import { SessionHead } from './session-head.tsx'
import { eventOf, holds, isTrouble, isTurn, isWait, type SessionListRow, sessionRows, textsIn } from './session-rows.ts'
import { useTraces } from './traces.ts'
import { TurnRow } from './turn-row.tsx'
import { type Turn, turnsOf } from './turns.ts'
import { TurnsNav } from './turns-nav.tsx'
import { usePlace } from './use-place.ts'
import { useSession } from './use-session.ts'

/** In `?show=…`, the texts or the parts of the stream of the address's own event; those of others have their numbers. */
const OF_EVENT = 'sse'

/** One session: where its time went, and everything in it. */
export function Session({ session: key, event }: { session: string; event: number | undefined }) {
  const { session, rows: events, whole, error } = useSession(key)
  useTitle(session?.title ? plainText(session.title) : key)
  const turns = useMemo(() => turnsOf(events), [events])
  const state = useSessionState(session)
  const waitsSince = state.name === 'waits' ? state.sinceMs : undefined
  const rows = useMemo(() => sessionRows(turns, waitsSince), [turns, waitsSince])
  const traces = useTraces(key, turns)
  const [active, setActive] = useState<string>()
  const [range, setRange] = useState({ first: 0, end: 0 })
  const [atEnd, setAtEnd] = useState(true)
  const [follow, setFollow] = useState(false)
  const seen = useRef(0)
  const list = useRef<ListHandle>(null)
  const forget = useForget(key)

  const inView = rows.slice(range.first, range.end)
  const prompts = turns.flatMap(({ prompt }) => prompt?.row.event_id ?? [])
  useTexts([...inView.flatMap(textsIn), ...prompts])

  if (whole && atEnd) seen.current = rows.length
  const unseen = whole ? rows.length - seen.current : 0
  const openKey = rows.find(row => event !== undefined && holds(row, event))?.key
  const isExpanded = ({ key, entry }: SessionListRow): boolean =>
    entry !== undefined &&
    (shown.value.has(String(entry.row.event_id)) || (key === openKey && shown.value.has(OF_EVENT)))

  // The question is over where its session went in another way, whatever comes under the same name later.
  useEffect(() => {
    if (session === null) forget.keep()
  }, [session])

  const onScrolled = usePlace(key, rows, whole, list)

  // An address with an event shows its row, once it is there.
  const found = useRef<number | undefined>(undefined)
  useEffect(() => {
    if (event === undefined || found.current === event) return
    const index = rows.findIndex(row => holds(row, event))
    if (index < 0) return
    found.current = event
    setActive(rows[index]?.key)
    if (!query.peek().has('t')) list.current?.show(index)
  }, [event, rows])

  const activeIndex = Math.max(
    0,
    rows.findIndex(row => row.key === active),
  )
  /** Goes to the next row of a kind, from the last of them to the first. */
  const goWhere = (isWanted: (row: SessionListRow) => boolean, step: 1 | -1 = 1): void => {
    for (let count = 1; count <= rows.length; count += 1) {
      const index = (activeIndex + step * count + rows.length) % rows.length
      const row = rows[index]
      if (!row || !isWanted(row)) continue
      list.current?.go(index)
      return
    }
  }
  const open = (row: SessionListRow | undefined): void => {
    const wanted = row && eventOf(row)
    if (wanted === undefined) return
    setActive(row?.key)
    found.current = wanted
    navigate(sessionPath(key, wanted) + window.location.search)
  }
  const expand = (row: SessionListRow | undefined): void => {
    if (!row?.entry || !canExpand(row.entry)) return
    show(!isExpanded(row), String(row.entry.row.event_id), ...(row.key === openKey ? [OF_EVENT] : []))
  }
  const close = (): void => {
    navigate(sessionPath(key) + window.location.search)
    list.current?.go(activeIndex)
  }
  const toEnd = (): void => {
    list.current?.go(rows.length - 1)
    setFollow(true)
  }
  useKeys({
    j: () => list.current?.move(1),
    k: () => list.current?.move(-1),
    ']': () => goWhere(isTurn),
    '[': () => goWhere(isTurn, -1),
    e: () => goWhere(isTrouble),
    w: () => goWhere(isWait),
    o: () => expand(rows[activeIndex]),
    '.': toEnd,
    x: forget.ask,
    Escape: () => (event === undefined ? navigate('/') : close()),
  })

  if (forget.isGoing) return <p role="status">forgetting…</p>
  if (session === null) return <NoSession id={key} />
  if (!session) return error === undefined ? <p class="muted">loading…</p> : <p class="bad">{error}</p>
  return (
    <div class={`session${event === undefined ? '' : ' with-detail'}`}>
      <SessionHead session={session} state={state} turns={turns} onForget={forget.ask} />
      <ForgetDialog session={session} forget={forget} />
      <div class="toolbar" role="toolbar" aria-label="Ways through the session">
        <Jump label="error" count={rows.filter(isTrouble).length} onGo={() => goWhere(isTrouble)} />
        <Jump label="wait" count={rows.filter(isWait).length} onGo={() => goWhere(isWait)} />
        <TurnsNav turns={turns} agent={session.agent} look="select" onGo={turn => goToTurn(turn)} />
        <span class="spring" />
        {error === undefined ? null : <span class="bad">{error}</span>}
        {whole ? null : <span class="muted">loading {events.length} events…</span>}
        <button type="button" aria-pressed={follow} onClick={() => (follow ? setFollow(false) : toEnd())}>
          {follow ? 'following' : unseen > 0 ? `paused · ${unseen} new` : 'follow'}
        </button>
      </div>
      <div class="session-body">
        <WindowedList
          label="What happened"
          rows={rows}
          columns={5}
          active={active}
          onActive={setActive}
          handle={list}
          follow={follow}
          onRange={(first, end) =>
            setRange(before => (before.first === first && before.end === end ? before : { first, end }))
          }
          onAtEnd={isAtEnd => setAtEnd(isAtEnd)}
          onScrolledUp={() => setFollow(false)}
          onScrolled={onScrolled}
          render={(row, props) =>
            row.entry ? (
              <EntryRow
                key={row.key}
                entry={row.entry}
                session={key}
                agent={session.agent}
                props={props}
                isOpen={row.key === openKey}
                isExpanded={isExpanded(row)}
                onOpen={() => open(row)}
                onExpand={() => expand(row)}
              />
            ) : (
              <TurnRow
                key={row.key}
                turn={row.turn}
                trace={traces.get(row.turn.number)}
                agent={session.agent}
                props={props}
                isOpen={row.key === openKey}
                onOpen={() => open(row)}
              />
            )
          }
        />
        <aside>
          {event === undefined ? (
            <TurnsNav turns={turns} agent={session.agent} look="list" onGo={turn => goToTurn(turn)} />
          ) : (
            <EventDetail
              session={key}
              agent={session.agent}
              event={event}
              entry={rows.find(row => holds(row, event))?.entry}
              rows={events}
              onClose={close}
            />
          )}
        </aside>
      </div>
    </div>
  )

  function goToTurn(turn: Turn): void {
    setFollow(false)
    list.current?.go(rows.findIndex(row => row.turn === turn && isTurn(row)))
  }
}

function Jump({ label, count, onGo }: { label: string; count: number; onGo(): void }) {
  if (count === 0) return null
  return (
    <button type="button" onClick={onGo}>
      next {label} <span class="muted">of {count}</span>
    </button>
  )
}

const NoSession = ({ id }: { id: string }) => (
  <section class="notice">
    <h1>This session is not here</h1>
    <p>
      No session has the id <code>{plainText(id)}</code>. It may have been forgotten, or removed for its age or for the
      size of the store.
    </p>
    <p>
      <a href="/">All sessions</a>
    </p>
  </section>
)
