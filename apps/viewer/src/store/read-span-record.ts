import type { ReceivedSpan } from '@codex/otlp-receiver'
import { plain } from '../plain.ts'
import type { SpanRecordRow } from '../queries/span-record.ts'
import type { Database } from './open-database.ts'
import { recordsAt } from './records-at.ts'

/** A span by its row's id; no row where it is gone. */
export const readSpanRecord = (db: Database, span: number): SpanRecordRow[] =>
  [...recordsAt(db, 'traces', [span]).values()].map(rowOf)

const milliseconds = (nanoseconds: bigint): number => Number(nanoseconds / 1000n) / 1000

const rowOf = (span: ReceivedSpan): SpanRecordRow => ({
  trace_id: span.traceId,
  span_id: span.spanId,
  parent_id: span.parentSpanId || null,
  name: span.name,
  kind: span.kind,
  start_ms: milliseconds(span.startTimeUnixNano),
  status: span.status.code,
  status_message: span.status.message,
  attributes: plain(span.attributes),
  dropped_attributes: span.droppedAttributesCount,
  events: span.events.map(({ timeUnixNano, name, attributes }) => ({
    time_ms: milliseconds(timeUnixNano),
    name,
    attributes: plain(attributes),
  })),
  dropped_events: span.droppedEventsCount,
  links: span.links.map(({ traceId, spanId, attributes }) => ({
    trace_id: traceId,
    span_id: spanId,
    attributes: plain(attributes),
  })),
  resource: plain(span.resource.attributes),
  scope: `${span.scope.name} ${span.scope.version}`.trim(),
})
