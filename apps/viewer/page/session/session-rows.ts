import type { ListRow } from '../list/windowed-list.tsx'
import type { Entry } from './entries.ts'
import type { Turn } from './turns.ts'

/** A row of a session: a turn, or an entry of one. */
export type SessionListRow = ListRow & { turn: Turn; entry?: Entry }

const TURN_PX = 64
const ENTRY_PX = 30

/** The rows of a session; `waitsSince` is when a call was made that probably waits for a person. */
export function sessionRows(turns: readonly Turn[], waitsSince: number | undefined): SessionListRow[] {
  const rows = turns.flatMap(rowsOf)
  const last = rows.findLast(({ entry }) => entry?.kind === 'response')
  if (waitsSince === undefined || !last?.entry) return rows
  const entry: Entry = { kind: 'waiting', row: last.entry.row, from: waitsSince, to: waitsSince, trouble: false }
  return [...rows, { key: 'waiting', height: ENTRY_PX, turn: last.turn, entry }]
}

/** A request keeps its key when it becomes a response. */
const rowsOf = (turn: Turn): SessionListRow[] => [
  { key: `t${turn.prompt?.row.event_id ?? 0}`, height: TURN_PX, turn },
  ...turn.entries.map(entry => ({
    key: `e${(entry.request ?? entry.row).event_id}`,
    height: ENTRY_PX,
    turn,
    entry,
  })),
]

/** The event that the address of a row names. */
export const eventOf = ({ turn, entry }: SessionListRow): number | undefined => (entry ?? turn.prompt)?.row.event_id

/** When what a row shows was told. */
export const timeOf = ({ turn, entry }: SessionListRow): number => entry?.row.time_ms ?? turn.from

/** Whether a row is made of this event. */
export function holds({ turn, entry }: SessionListRow, event: number): boolean {
  const shown = entry ?? turn.prompt
  return shown !== undefined && [shown.row, shown.request, shown.decision].some(row => row?.event_id === event)
}

/** The events whose texts a row shows. */
export const textsIn = ({ entry }: SessionListRow): number[] => (entry?.kind === 'tool' ? [entry.row.event_id] : [])

export const isTurn = ({ entry }: SessionListRow): boolean => entry === undefined

export const isTrouble = ({ entry }: SessionListRow): boolean => entry?.trouble === true

/** Whether a person was waited for, or probably is. */
export const isWait = ({ entry }: SessionListRow): boolean =>
  entry?.kind === 'waiting' || (entry?.kind === 'ask' && entry.row.wait_ms !== null)
