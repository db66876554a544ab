import type { ReceivedSpan } from '@codex/otlp-receiver'
import { ROLES } from '../agents/agent.ts'
import { codex } from '../agents/codex.ts'
import { shortened, word as wordOf } from '../agents/read-log.ts'
import { type ReadSpan, readSpan } from '../agents/read-span.ts'
import { readSpanTexts } from '../agents/read-span-texts.ts'
import { beginning } from '../beginning.ts'
import { isRedacted } from '../is-redacted.ts'
import { SPANS_ALONE } from '../queries/counted-spans.ts'
import { declinedSql, isDeclined } from '../queries/declined.ts'
import { spaced } from '../queries/words.ts'
import type { Database } from './open-database.ts'
import { MAX_ERROR, type Shared, timeOf } from './write-events.ts'

const STATUS = { unset: 0, ok: 1, error: 2 } as const

/** Writes the rows of spans. */
export class SpanWriter {
  private readonly shared: Shared
  private readonly insert
  private readonly insertContent
  private readonly linkTrace
  private readonly findDeclined
  private readonly findFailed

  constructor(db: Database, shared: Shared) {
    this.shared = shared
    this.insert = db.prepare(`INSERT INTO span VALUES (?${', ?'.repeat(24)})`)
    this.insertContent = db.prepare(
      'INSERT INTO span_content (rowid, prompt, arguments, output, error) VALUES (?, ?, ?, ?, ?)',
    )
    this.linkTrace = db.prepare('INSERT OR IGNORE INTO trace (id, session) VALUES (?, ?)')
    this.findDeclined = db.prepare(`SELECT 1 FROM span WHERE trace = ? AND call = ? AND ${declinedSql('decision')}`)
    this.findFailed = db.prepare('SELECT 1 FROM span WHERE trace = ? AND error IS NOT NULL LIMIT 1')
  }

  /** @returns the span's start, in microseconds */
  write(id: number, chunk: number, place: number, span: ReceivedSpan): number {
    const { dictionary, sessions } = this.shared
    const start = timeOf(span.startTimeUnixNano) ?? this.shared.now()
    const read = readSpan(span)
    const word = (value: string | undefined): number | null => (value === undefined ? null : dictionary.numberOf(value))
    const trace = Buffer.from(span.traceId, 'hex')
    const session = read.session === undefined ? undefined : sessions.of(read.session, start)
    const duration = Math.max(0, Number(span.endTimeUnixNano - span.startTimeUnixNano)) / 1e6
    const error = this.countedError(trace, read)
    const wait = read.role === 'decision' && codex.decidedByUser.test(read.source ?? '') ? duration : undefined
    this.insert.run(
      id,
      chunk,
      place,
      session?.id ?? null,
      trace,
      Buffer.from(span.spanId, 'hex'),
      span.parentSpanId === '' ? null : Buffer.from(span.parentSpanId, 'hex'),
      dictionary.numberOf(shortened(span.name)),
      word(span.kind),
      start,
      duration,
      STATUS[span.status.code],
      word(read.operation),
      word(read.model),
      word(read.tool),
      read.input ?? null,
      read.output ?? null,
      ROLES.indexOf(read.role),
      read.cached ?? null,
      read.cacheWrite ?? null,
      read.call ?? null,
      read.decision ?? null,
      word(read.source),
      wait ?? null,
      error ?? null,
    )
    if (session) {
      session.spans += 1
      if (session.agent === null) {
        session.agent = SPANS_ALONE
        session.service = wordOf(span.resource.attributes['service.name']) ?? null
        session.version = wordOf(span.resource.attributes['service.version']) ?? null
      }
      if (trace.length > 0) this.linkTrace.run(trace, session.id)
      if (session.agent === SPANS_ALONE) {
        const isResponse = read.role === 'response'
        const isTool = read.role === 'tool'
        const sums = {
          events: 0,
          requests: Number(isResponse),
          responses: Number(isResponse && read.input !== undefined),
          tools: Number(isTool),
          errors: Number(error !== undefined),
          // A span of the whole agent repeats what those of its requests count.
          input: isResponse ? (read.input ?? 0) : 0,
          output: isResponse ? (read.output ?? 0) : 0,
          cached: isResponse ? (read.cached ?? 0) : 0,
          cache_write: isResponse ? (read.cacheWrite ?? 0) : 0,
        }
        session.model = read.model ?? session.model
        session.requests += sums.requests
        session.responses += sums.responses
        session.tools += sums.tools
        session.tools_failed += Number(isTool && error !== undefined)
        session.decisions += Number(read.role === 'decision')
        session.denied += Number(read.role === 'decision' && isDeclined(read.decision))
        if (wait !== undefined) session.wait = (session.wait ?? 0) + wait
        session.errors += sums.errors
        session.input += sums.input
        session.output += sums.output
        session.cached += sums.cached
        session.cache_write += sums.cache_write
        if (read.operation !== undefined) this.writeContent(id, span, error === undefined ? undefined : read.error)
        this.shared.hours.add(start + duration * 1_000, session.id, word(read.model) ?? 0, sums)
      }
    }
    return start
  }

  /** Has its texts found; an error that does not count is none. */
  private writeContent(id: number, span: ReceivedSpan, error: string | undefined): void {
    const { prompt, arguments: given, result } = readSpanTexts(span)
    const texts = [prompt, given, result, error].map(shown =>
      shown === undefined || isRedacted(shown) ? null : spaced(shown),
    )
    if (texts.some(shown => shown !== null)) this.insertContent.run(id, ...texts)
  }

  /**
   * The error of a span that counts as one: that of a request or a call which ran, or of an agent below which nothing failed,
   * since the failure of a part is that of the whole, too. Parts end before the whole.
   */
  private countedError(trace: Buffer, { error, role, operation, call, decision }: ReadSpan): string | undefined {
    if (error === undefined || operation === undefined) return undefined
    if (role === 'tool' && (isDeclined(decision) || (call !== undefined && this.findDeclined.get(trace, call))))
      return undefined
    if (role === 'other' && this.findFailed.get(trace)) return undefined
    return beginning(error, MAX_ERROR)
  }
}
