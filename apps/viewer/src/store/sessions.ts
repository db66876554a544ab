import type { Database } from './open-database.ts'

/** The sums of a session; the columns of the table `session`. Times are microseconds. */
export interface Session {
  id: number
  key: string
  agent: string | null
  service: string | null
  version: string | null
  originator: string | null
  model: string | null
  first: number
  last: number
  /** Its newest record, of each the earlier of its time and its arrival. */
  recent: number
  events: number
  prompts: number
  requests: number
  retries: number
  responses: number
  tools: number
  tools_failed: number
  decisions: number
  denied: number
  errors: number
  spans: number
  /** Milliseconds; `null` while nobody is known to have been waited for. */
  wait: number | null
  input: number
  output: number
  cached: number
  cache_write: number
  reasoning: number
  title: string | null
  /** Characters of the first prompt that says it. */
  prompt_length: number | null
}

const SUMS = [
  'events',
  'prompts',
  'requests',
  'retries',
  'responses',
  'tools',
  'tools_failed',
  'decisions',
  'denied',
  'errors',
  'spans',
  'input',
  'output',
  'cached',
  'cache_write',
  'reasoning',
] as const
const COLUMNS = [
  'agent',
  'service',
  'version',
  'originator',
  'model',
  'first',
  'last',
  'recent',
  ...SUMS,
  'wait',
  'title',
  'prompt_length',
] as const

/** How many sessions stay in memory between transactions. */
const REMEMBERED = 1_000

/** Adds up sessions while their records are written. */
export class Sessions {
  private readonly known = new Map<string, Session>()
  private readonly changed = new Set<Session>()
  /** When the event before was, by session: the time that a person took to decide begins there. */
  readonly lastEvent: Map<number, number> = new Map()
  private readonly now: () => number
  private readonly find
  private readonly insert
  private readonly update
  private readonly removeHours

  /** @param now microseconds */
  constructor(db: Database, now: () => number) {
    this.now = now
    this.find = db.prepare('SELECT * FROM session WHERE key = ?')
    this.insert = db.prepare(
      `INSERT INTO session (key, ${COLUMNS.join(', ')}) VALUES (?${', ?'.repeat(COLUMNS.length)})`,
    )
    this.update = db.prepare(`UPDATE session SET ${COLUMNS.map(name => `${name} = ?`).join(', ')} WHERE id = ?`)
    this.removeHours = db.prepare('DELETE FROM hour WHERE session = ?')
  }

  /** The session with this key, which the caller changes. */
  of(key: string, time: number): Session {
    const recent = Math.min(time, this.now())
    let session = this.known.get(key)
    if (!session) {
      session = this.find.get(key) as unknown as Session | undefined
      session = session ? { ...session } : this.create(key, time, recent)
      this.known.set(key, session)
    }
    if (time < session.first) session.first = time
    if (time > session.last) session.last = time
    if (recent > session.recent) session.recent = recent
    this.changed.add(session)
    return session
  }

  /** Its events count from now on, and its spans no longer do. */
  countEventsAlone(session: Session): void {
    const { spans } = session
    for (const sum of SUMS) session[sum] = 0
    session.spans = spans
    session.wait = null
    this.removeHours.run(session.id)
  }

  /** Writes what has changed; at the end of a transaction. */
  write(): void {
    for (const session of this.changed) this.update.run(...COLUMNS.map(name => session[name]), session.id)
    this.changed.clear()
    if (this.known.size > REMEMBERED) this.forget()
  }

  /** After a transaction that was taken back, or a change of the table by others. */
  forget(): void {
    this.known.clear()
    this.changed.clear()
    this.lastEvent.clear()
  }

  private create(key: string, time: number, recent: number): Session {
    const sums = Object.fromEntries(SUMS.map(sum => [sum, 0])) as Record<(typeof SUMS)[number], number>
    const facts = { agent: null, service: null, version: null, originator: null, model: null, wait: null, title: null }
    const session: Session = { id: 0, key, ...facts, prompt_length: null, first: time, last: time, recent, ...sums }
    session.id = Number(this.insert.run(key, ...COLUMNS.map(name => session[name])).lastInsertRowid)
    return session
  }
}
