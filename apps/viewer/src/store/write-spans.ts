import type { ReceivedSpan } from '@codex/otlp-receiver'
import { text } from '../agents/read-log.ts'
import { readSpan } from '../agents/read-span.ts'
import type { Database } from './open-database.ts'
import { SPANS_ALONE } from './sessions.ts'
import { type Shared, timeOf } from './write-events.ts'

const STATUS = { unset: 0, ok: 1, error: 2 } as const

/** Writes the rows of spans. */
export class SpanWriter {
  private readonly shared: Shared
  private readonly insert
  private readonly linkTrace

  constructor(db: Database, shared: Shared) {
    this.shared = shared
    this.insert = db.prepare(`INSERT INTO span VALUES (?${', ?'.repeat(16)})`)
    this.linkTrace = db.prepare('INSERT OR IGNORE INTO trace (id, session) VALUES (?, ?)')
  }

  /** @returns the span's start, in microseconds */
  write(id: number, chunk: number, place: number, span: ReceivedSpan): number {
    const { dictionary, sessions, hours } = this.shared
    const start = timeOf(span.startTimeUnixNano) ?? this.shared.now()
    const read = readSpan(span)
    const word = (value: string | undefined): number | null => (value === undefined ? null : dictionary.numberOf(value))
    const trace = Buffer.from(span.traceId, 'hex')
    const session = read.session === undefined ? undefined : sessions.of(read.session, start)
    const failed = span.status.code === 'error'
    this.insert.run(
      id,
      chunk,
      place,
      session?.id ?? null,
      trace,
      Buffer.from(span.spanId, 'hex'),
      span.parentSpanId === '' ? null : Buffer.from(span.parentSpanId, 'hex'),
      dictionary.numberOf(span.name),
      word(span.kind),
      start,
      Math.max(0, Number(span.endTimeUnixNano - span.startTimeUnixNano)) / 1e6,
      STATUS[span.status.code],
      word(read.operation),
      word(read.model),
      word(read.tool),
      read.input ?? null,
      read.output ?? null,
    )
    if (session) {
      session.spans += 1
      if (session.agent === null) {
        session.agent = SPANS_ALONE
        session.service = text(span.resource.attributes['service.name']) ?? null
        session.version = text(span.resource.attributes['service.version']) ?? null
      }
      if (trace.length > 0) this.linkTrace.run(trace, session.id)
      if (session.agent === SPANS_ALONE) {
        const sums = {
          events: 0,
          requests: Number(read.role === 'response'),
          responses: Number(read.role === 'response'),
          tools: Number(read.role === 'tool'),
          errors: Number(failed),
          // A span of the whole agent repeats what those of its requests count.
          input: read.role === 'response' ? (read.input ?? 0) : 0,
          output: read.role === 'response' ? (read.output ?? 0) : 0,
          cached: read.role === 'response' ? (read.cached ?? 0) : 0,
        }
        session.model = read.model ?? session.model
        session.requests += sums.requests
        session.responses += sums.responses
        session.tools += sums.tools
        session.tools_failed += Number(read.role === 'tool' && failed)
        session.errors += sums.errors
        session.input += sums.input
        session.output += sums.output
        session.cached += sums.cached
        hours.add(start, session.id, word(read.model) ?? 0, sums)
      }
    }
    return start
  }
}
