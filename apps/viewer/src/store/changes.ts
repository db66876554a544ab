import { SESSION_COLUMNS, type SessionRow } from '../queries/sessions.ts'
import type { Database } from './open-database.ts'
import { StoreFacts } from './store-facts.ts'

/** How far the events and spans of a store were seen: the newest ids of both. */
export interface Position {
  event: number
  span: number
}

/** What has changed since a position. */
export interface Changes extends Position {
  /** Requests that were refused, as far as they are kept. */
  refusals: number
  /** How often sessions were removed. */
  removals: number
  /** The sessions with newer events or spans. */
  sessions: SessionRow[]
}

/** Sessions of one answer; a page that has missed more asks for the list. */
const MAX_SESSIONS = 200

/** Finds what has come in, from this process or another one. */
export class ChangeFinder {
  private readonly db: Database
  private readonly facts: StoreFacts
  private readonly refusals
  private readonly changed

  constructor(db: Database) {
    this.db = db
    this.facts = new StoreFacts(db)
    this.refusals = db.prepare('SELECT coalesce(sum(times), 0) AS refusals FROM request')
    this.changed = db.prepare(`SELECT ${SESSION_COLUMNS} FROM session WHERE agent IS NOT NULL AND id IN
      (SELECT session FROM event WHERE id > :event UNION SELECT session FROM span WHERE id > :span)
      ORDER BY recent DESC LIMIT ${MAX_SESSIONS}`)
  }

  /** The position now, and the sessions that are newer than `after`; none where it is `undefined`. */
  since(after: Position | undefined): Changes {
    // One transaction, so that no record comes in between.
    this.db.exec('BEGIN')
    try {
      const [event, span] = [this.facts.next('event') - 1, this.facts.next('span') - 1]
      // Another store begins with 1 again.
      const from = after && { event: after.event > event ? 0 : after.event, span: after.span > span ? 0 : after.span }
      const { refusals } = this.refusals.get() as { refusals: number }
      const nothing = !from || (from.event === event && from.span === span)
      return {
        event,
        span,
        refusals,
        removals: Number(this.facts.read('removals') ?? 0),
        sessions: nothing ? [] : (this.changed.all({ ...from }) as unknown as SessionRow[]),
      }
    } finally {
      this.db.exec('COMMIT')
    }
  }
}
