import type { ReceivedLog } from '@codex/otlp-receiver'
import { ROLES, tellsRequestsWhole } from '../agents/agent.ts'
import { count, type ReadLog, readLog, word as wordOf } from '../agents/read-log.ts'
import { beginning } from '../beginning.ts'
import { isRedacted } from '../is-redacted.ts'
import { SPANS_ALONE } from '../queries/counted-spans.ts'
import { declinedSql, isDeclined } from '../queries/declined.ts'
import { spaced } from '../queries/words.ts'
import type { Dictionary } from './dictionary.ts'
import { type Hours, NO_SESSION } from './hours.ts'
import type { Database } from './open-database.ts'
import type { Session, Sessions } from './sessions.ts'

/** What the writers of the three signals share. */
export interface Shared {
  dictionary: Dictionary
  sessions: Sessions
  hours: Hours
  /** Microseconds, for a record without a time. */
  now(): number
}

/** Characters of an error's text that its row has; the record has all of them. */
export const MAX_ERROR = 500
const MAX_TITLE = 120

/** Writes the rows of log records. */
export class EventWriter {
  private readonly shared: Shared
  private readonly insert
  private readonly insertContent
  private readonly linkTrace
  private readonly findLast
  private readonly findDeclined
  private readonly findFailed

  constructor(db: Database, shared: Shared) {
    this.shared = shared
    this.insert = db.prepare(`INSERT INTO event VALUES (?${', ?'.repeat(25)})`)
    this.insertContent = db.prepare(
      'INSERT INTO content (rowid, prompt, arguments, output, error) VALUES (?, ?, ?, ?, ?)',
    )
    this.linkTrace = db.prepare('INSERT OR IGNORE INTO trace (id, session) VALUES (?, ?)')
    this.findLast = db.prepare('SELECT max(time) AS time FROM event WHERE session = ?')
    this.findDeclined = db.prepare(`SELECT 1 FROM event WHERE session = ? AND call = ? AND ${declinedSql('decision')}`)
    this.findFailed = db.prepare(
      `SELECT time, model, error IS NOT NULL AS errors FROM event
       WHERE session = ? AND call = ? AND success = 0 AND role = ${ROLES.indexOf('tool')}
         AND (decision IS NULL OR NOT ${declinedSql('decision')})`,
    )
  }

  /** @returns the record's time, in microseconds */
  write(id: number, chunk: number, place: number, record: ReceivedLog): number {
    const { dictionary, sessions } = this.shared
    const time = timeOf(record.timeUnixNano || record.observedTimeUnixNano) ?? this.shared.now()
    const read = readLog(record)
    const { facts } = read
    const word = (value: string | undefined): number | null => (value === undefined ? null : dictionary.numberOf(value))
    const session = read.session === undefined ? undefined : sessions.of(read.session, time)
    const before =
      session && read.role === 'decision' && read.byUser
        ? (sessions.lastEvent.get(session.id) ?? this.lastStored(session))
        : undefined
    const wait = before === undefined ? undefined : Math.max(0, time - before) / 1000
    const model = word(facts.model)
    if (session && facts.call !== undefined && isDeclined(facts.decision) && !this.isDeclinedId(session, facts.call)) {
      this.takeBackFailed(session, facts.call)
    }
    this.insert.run(
      id,
      chunk,
      place,
      session?.id ?? null,
      time,
      word(read.name),
      ROLES.indexOf(read.role),
      word(facts.kind),
      facts.duration ?? null,
      model,
      word(facts.tool),
      facts.success === undefined ? null : Number(facts.success),
      facts.status ?? null,
      facts.attempt ?? null,
      facts.call ?? null,
      facts.decision ?? null,
      word(facts.source),
      wait ?? null,
      facts.input ?? null,
      facts.output ?? null,
      facts.cached ?? null,
      facts.cacheWrite ?? null,
      facts.reasoning ?? null,
      facts.ttft ?? null,
      facts.error === undefined ? null : beginning(facts.error, MAX_ERROR),
      isRequest(read) ? 1 : null,
    )
    const texts = [facts.prompt, facts.arguments, facts.result, facts.error].map(shown =>
      isRedacted(shown) ? undefined : shown,
    )
    if (texts.some(shown => shown !== undefined))
      this.insertContent.run(id, ...texts.map(shown => (shown === undefined ? null : spaced(shown))))
    const declined = this.isDeclinedCall(session, read)
    if (session) {
      sessions.lastEvent.set(session.id, time)
      if (record.traceId !== '') this.linkTrace.run(Buffer.from(record.traceId, 'hex'), session.id)
      this.addUp(session, record, read, { declined, wait })
    }
    this.addToHour(time, session?.id ?? NO_SESSION, model ?? 0, read, declined)
    return time
  }

  /** The time of a session's last event, where what is remembered was forgotten or is of an earlier process. */
  private lastStored({ id }: Session): number | undefined {
    return (this.findLast.get(id) as { time: number | null }).time ?? undefined
  }

  /** Whether a call did not run since it was not allowed, as far as what came before it says. */
  private isDeclinedCall(session: Session | undefined, { role, facts }: ReadLog): boolean {
    if (role !== 'tool' || facts.success !== false) return false
    if (isDeclined(facts.decision)) return true
    return session !== undefined && facts.call !== undefined && this.isDeclinedId(session, facts.call)
  }

  private isDeclinedId({ id }: Session, call: string): boolean {
    return this.findDeclined.get(id, call) !== undefined
  }

  /** A call that had failed before it is known that it was not allowed did not run: batches come in any order. */
  private takeBackFailed(session: Session, call: string): void {
    const calls = this.findFailed.all(session.id, call) as { time: number; model: number | null; errors: number }[]
    for (const { time, model, errors } of calls) {
      session.tools_failed -= 1
      session.errors -= errors
      this.shared.hours.add(time, session.id, model ?? 0, { errors: -errors })
    }
  }

  private addUp(
    session: Session,
    record: ReceivedLog,
    read: ReadLog,
    { declined, wait }: { declined: boolean; wait: number | undefined },
  ): void {
    const { facts, role } = read
    if (session.agent === SPANS_ALONE) this.shared.sessions.countEventsAlone(session)
    if (session.agent === null || session.agent === SPANS_ALONE) {
      const { attributes, resource } = record
      session.agent = read.agent?.id ?? 'other'
      session.service = wordOf(resource.attributes['service.name']) ?? null
      session.version = wordOf(attributes['app.version']) ?? wordOf(resource.attributes['service.version']) ?? null
      session.originator = wordOf(attributes.originator) ?? null
    }
    if (facts.model !== undefined) session.model = facts.model
    if (role === 'prompt' && session.title === null && !isRedacted(facts.prompt)) {
      session.title = facts.prompt === undefined ? null : beginning(facts.prompt, MAX_TITLE)
    }
    if (role === 'prompt') session.prompt_length ??= count(record.attributes.prompt_length) ?? null
    session.events += 1
    session.prompts += Number(role === 'prompt')
    session.requests += Number(isRequest(read))
    session.retries += Number(isRetry(read))
    session.responses += Number(facts.input !== undefined)
    session.tools += Number(role === 'tool')
    session.tools_failed += Number(role === 'tool' && facts.success === false && !declined)
    session.decisions += Number(role === 'decision')
    session.denied += Number((role === 'decision' || role === 'tool') && isDeclined(facts.decision))
    session.errors += Number(facts.error !== undefined && !declined)
    if (wait !== undefined) session.wait = (session.wait ?? 0) + wait
    session.input += facts.input ?? 0
    session.output += facts.output ?? 0
    session.cached += facts.cached ?? 0
    session.cache_write += facts.cacheWrite ?? 0
    session.reasoning += facts.reasoning ?? 0
  }

  private addToHour(time: number, session: number, model: number, read: ReadLog, declined: boolean): void {
    const { facts, role } = read
    this.shared.hours.add(time, session, model, {
      events: 1,
      requests: Number(isRequest(read)),
      retries: Number(isRetry(read)),
      responses: Number(facts.input !== undefined),
      tools: Number(role === 'tool'),
      errors: Number(facts.error !== undefined && !declined),
      input: facts.input ?? 0,
      output: facts.output ?? 0,
      cached: facts.cached ?? 0,
      cache_write: facts.cacheWrite ?? 0,
      reasoning: facts.reasoning ?? 0,
    })
  }
}

/** Whether an event is one request to the model: some agents say with one event that it was made and what came back. */
function isRequest({ role, facts, agent }: ReadLog): boolean {
  if (role !== 'response') return role === 'request'
  return facts.status !== undefined || (agent !== undefined && tellsRequestsWhole(agent))
}

const isRetry = (read: ReadLog): boolean => isRequest(read) && (read.facts.attempt ?? 0) > 0

/** Microseconds, as far as a number has them exactly; `undefined` for a time that is not there. */
export function timeOf(nanoseconds: bigint): number | undefined {
  return nanoseconds === 0n ? undefined : Math.min(Number(nanoseconds / 1000n), Number.MAX_SAFE_INTEGER)
}
