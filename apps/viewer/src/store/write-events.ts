import type { ReceivedLog } from '@codex/otlp-receiver'
import { ROLES, tellsRequestsWhole } from '../agents/agent.ts'
import { type ReadLog, readLog, text } from '../agents/read-log.ts'
import type { Dictionary } from './dictionary.ts'
import type { Hours } from './hours.ts'
import type { Database } from './open-database.ts'
import { isRedacted } from './redact.ts'
import { type Session, type Sessions, SPANS_ALONE } from './sessions.ts'

/** What the writers of the three signals share. */
export interface Shared {
  dictionary: Dictionary
  sessions: Sessions
  hours: Hours
  /** Microseconds, for a record without a time. */
  now(): number
}

/** Characters of an error's text that its row has; the record has all of them. */
const MAX_ERROR = 500
const MAX_TITLE = 120
const DENIED: ReadonlySet<string> = new Set(['denied', 'reject', 'abort', 'timed_out', 'declined'])

/** Writes the rows of log records. */
export class EventWriter {
  private readonly shared: Shared
  private readonly insert
  private readonly insertContent
  private readonly linkTrace
  private readonly findLast

  constructor(db: Database, shared: Shared) {
    this.shared = shared
    this.insert = db.prepare(`INSERT INTO event VALUES (?${', ?'.repeat(25)})`)
    this.insertContent = db.prepare(
      'INSERT INTO content (rowid, prompt, arguments, output, error) VALUES (?, ?, ?, ?, ?)',
    )
    this.linkTrace = db.prepare('INSERT OR IGNORE INTO trace (id, session) VALUES (?, ?)')
    this.findLast = db.prepare('SELECT max(time) AS time FROM event WHERE session = ?')
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
      facts.error?.slice(0, MAX_ERROR) ?? null,
      isRequest(read) ? 1 : null,
    )
    const texts = [facts.prompt, facts.arguments, facts.result, facts.error].map(shown =>
      isRedacted(shown) ? undefined : shown,
    )
    if (texts.some(shown => shown !== undefined)) this.insertContent.run(id, ...texts.map(shown => shown ?? null))
    if (session) {
      sessions.lastEvent.set(session.id, time)
      if (record.traceId !== '') this.linkTrace.run(Buffer.from(record.traceId, 'hex'), session.id)
      this.addUp(session, time, model ?? 0, record, read, wait)
    }
    return time
  }

  /** The time of a session's last event, where what is remembered was forgotten or is of an earlier process. */
  private lastStored({ id }: Session): number | undefined {
    return (this.findLast.get(id) as { time: number | null }).time ?? undefined
  }

  private addUp(session: Session, time: number, model: number, record: ReceivedLog, read: ReadLog, wait = 0): void {
    const { facts, role } = read
    if (session.agent === SPANS_ALONE) this.shared.sessions.countEventsAlone(session)
    if (session.agent === null || session.agent === SPANS_ALONE) {
      const { attributes, resource } = record
      session.agent = read.agent?.id ?? 'other'
      session.service = text(resource.attributes['service.name']) ?? null
      session.version = text(attributes['app.version']) ?? text(resource.attributes['service.version']) ?? null
      session.originator = text(attributes.originator) ?? null
    }
    if (facts.model !== undefined) session.model = facts.model
    if (role === 'prompt' && session.title === null && !isRedacted(facts.prompt)) {
      session.title = facts.prompt?.slice(0, MAX_TITLE) ?? null
    }
    const failed = facts.error !== undefined
    const requests = Number(isRequest(read))
    session.events += 1
    session.prompts += Number(role === 'prompt')
    session.requests += requests
    session.retries += requests > 0 && (facts.attempt ?? 0) > 0 ? 1 : 0
    session.tools += Number(role === 'tool')
    session.tools_failed += Number(role === 'tool' && facts.success === false)
    session.decisions += Number(role === 'decision')
    session.denied += Number(role === 'decision' && DENIED.has(facts.decision ?? ''))
    session.errors += Number(failed)
    session.wait += wait
    const sums = {
      events: 1,
      requests,
      responses: Number(role === 'response'),
      tools: Number(role === 'tool'),
      errors: Number(failed),
      input: facts.input ?? 0,
      output: facts.output ?? 0,
      cached: facts.cached ?? 0,
      cache_write: facts.cacheWrite ?? 0,
      reasoning: facts.reasoning ?? 0,
    }
    session.responses += sums.responses
    session.input += sums.input
    session.output += sums.output
    session.cached += sums.cached
    session.cache_write += sums.cache_write
    session.reasoning += sums.reasoning
    this.shared.hours.add(time, session.id, model, sums)
  }
}

/** Whether an event is one request to the model: some agents say with one event that it was made and what came back. */
function isRequest({ role, facts, agent }: ReadLog): boolean {
  if (role !== 'response') return role === 'request'
  return facts.status !== undefined || (agent !== undefined && tellsRequestsWhole(agent))
}

/** Microseconds, as far as a number has them exactly; `undefined` for a time that is not there. */
export function timeOf(nanoseconds: bigint): number | undefined {
  return nanoseconds === 0n ? undefined : Math.min(Number(nanoseconds / 1000n), Number.MAX_SAFE_INTEGER)
}
