import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { useTexts } from '../api/use-texts.ts'
import { type ListHandle, type ListRow, WindowedList } from '../list/windowed-list.tsx'
import { useSessionState } from '../sessions/use-session-state.ts'
import { useKeys } from '../shell/keys.ts'
import { navigate, sessionPath } from '../shell/router.ts'
import { useTitle } from '../shell/use-title.ts'
import { plainText } from '../text/visible.ts'
import type { Entry } from './entries.ts'
import { canExpand, EntryRow } from './entry-row.tsx'
import { EventDetail } from './event-detail.tsx'
import { SessionHead } from './session-head.tsx'
import { TurnRow } from './turn-row.tsx'
import { type Turn, turnsOf } from './turns.ts'
import { TurnsNav } from './turns-nav.tsx'
import { useSession } from './use-session.ts'

type Row = ListRow & ({ turn: Turn; entry?: undefined } | { turn: Turn; entry: Entry })

const TURN_PX = 64
const ENTRY_PX = 30

/** One session: where its time went, and everything in it. */
export function Session({ session: key, event }: { session: string; event: number | undefined }) {
  const { session, rows: events, whole, error } = useSession(key)
  useTitle(session?.title ? plainText(session.title) : key)
  const turns = useMemo(() => turnsOf(events), [events])
  const state = useSessionState(session)
  const waitsSince = state.name === 'waits' ? state.sinceMs : undefined
  const rows = useMemo(() => withWaiting(turns.flatMap(rowsOf), waitsSince), [turns, waitsSince])
  const [active, setActive] = useState<string>()
  const [expanded, setExpanded] = useState<ReadonlySet<number>>(new Set())
  const [range, setRange] = useState({ first: 0, end: 0 })
  const [atEnd, setAtEnd] = useState(true)
  const [follow, setFollow] = useState(false)
  const seen = useRef(0)
  const list = useRef<ListHandle>(null)

  const inView = rows.slice(range.first, range.end)
  const prompts = turns.flatMap(({ prompt }) => prompt?.row.event_id ?? [])
  useTexts([...inView.flatMap(withTexts), ...prompts])

  if (whole && atEnd) seen.current = rows.length
  const unseen = whole ? rows.length - seen.current : 0
  const openKey = rows.find(({ turn, entry }) => event !== undefined && holds(entry ?? turn.prompt, event))?.key

  // An address with an event shows its row, once it is there.
  const shown = useRef<number | undefined>(undefined)
  useEffect(() => {
    if (event === undefined || shown.current === event) return
    const index = rows.findIndex(({ turn, entry }) => holds(entry ?? turn.prompt, event))
    if (index < 0) return
    shown.current = event
    setActive(rows[index]?.key)
    list.current?.show(index)
  }, [event, rows])

  const activeIndex = Math.max(
    0,
    rows.findIndex(row => row.key === active),
  )
  /** Goes to the next row of a kind, from the last of them to the first. */
  const goWhere = (isWanted: (row: Row) => boolean, step: 1 | -1 = 1): void => {
    for (let count = 1; count <= rows.length; count += 1) {
      const index = (activeIndex + step * count + rows.length) % rows.length
      const row = rows[index]
      if (!row || !isWanted(row)) continue
      list.current?.go(index)
      return
    }
  }
  const open = (row: Row | undefined): void => {
    const wanted = (row?.entry ?? row?.turn.prompt)?.row.event_id
    if (row === undefined || wanted === undefined) return
    setActive(row.key)
    shown.current = wanted
    navigate(sessionPath(key, wanted))
  }
  const expand = (row: Row | undefined): void => {
    if (!row?.entry || !canExpand(row.entry)) return
    const next = new Set(expanded)
    const id = row.entry.row.event_id
    if (!next.delete(id)) next.add(id)
    setExpanded(next)
  }
  const close = (): void => {
    navigate(sessionPath(key))
    list.current?.go(activeIndex)
  }
  const toEnd = (): void => {
    setFollow(true)
    list.current?.toEnd()
  }
  const isWait = ({ entry }: Row): boolean =>
    entry?.kind === 'waiting' || (entry?.kind === 'ask' && entry.row.wait_ms !== null)
  const isTrouble = ({ entry }: Row): boolean => entry?.trouble === true

  useKeys({
    j: () => list.current?.move(1),
    k: () => list.current?.move(-1),
    ']': () => goWhere(row => row.entry === undefined),
    '[': () => goWhere(row => row.entry === undefined, -1),
    e: () => goWhere(isTrouble),
    w: () => goWhere(isWait),
    o: () => expand(rows[activeIndex]),
    '.': toEnd,
    Escape: () => (event === undefined ? navigate('/') : close()),
  })

  if (session === null) return <NoSession id={key} />
  if (!session) return error === undefined ? <p class="muted">loading…</p> : <p class="bad">{error}</p>
  return (
    <div class={`session${event === undefined ? '' : ' with-detail'}`}>
      <SessionHead session={session} state={state} turns={turns} />
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
          render={(row, props) =>
            row.entry ? (
              <EntryRow
                key={row.key}
                entry={row.entry}
                session={key}
                agent={session.agent}
                props={props}
                isOpen={row.key === openKey}
                isExpanded={expanded.has(row.entry.row.event_id)}
                onOpen={() => open(row)}
                onExpand={() => expand(row)}
              />
            ) : (
              <TurnRow
                key={row.key}
                turn={row.turn}
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
              entry={rows.find(({ entry, turn }) => holds(entry ?? turn.prompt, event))?.entry}
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
    list.current?.go(rows.findIndex(row => row.turn === turn && row.entry === undefined))
  }
}

const rowsOf = (turn: Turn): Row[] => [
  { key: `t${turn.prompt?.row.event_id ?? 0}`, height: TURN_PX, turn },
  ...turn.entries.map(entry => ({ key: `e${(entry.request ?? entry.row).event_id}`, height: ENTRY_PX, turn, entry })),
]

/** The session's last entry, while it probably waits for a person. */
function withWaiting(rows: Row[], since: number | undefined): Row[] {
  const last = rows.findLast(({ entry }) => entry?.kind === 'response')
  if (since === undefined || !last?.entry) return rows
  const entry: Entry = { kind: 'waiting', row: last.entry.row, from: since, to: since, trouble: false }
  return [...rows, { key: 'waiting', height: ENTRY_PX, turn: last.turn, entry }]
}

const withTexts = ({ entry }: Row): number[] =>
  entry?.kind === 'tool' || entry?.kind === 'prompt' ? [entry.row.event_id] : []

/** Whether an entry is made of this event. */
const holds = (entry: Entry | undefined, event: number): boolean =>
  entry !== undefined && [entry.row, entry.request, entry.decision].some(row => row?.event_id === event)

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
      No session has the id <code>{plainText(id)}</code>. It may have been removed for its age or for the size of the
      store.
    </p>
    <p>
      <a href="/">All sessions</a>
    </p>
  </section>
)
