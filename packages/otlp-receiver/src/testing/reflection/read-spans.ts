import type { OtlpMessage } from '../../codec/otlp-messages.ts'
import type { ReceivedSpan } from '../../codec/records.ts'
import { readAttributes, readId, readResource, readScope } from './attributes.ts'

const KINDS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'] as const
const STATUS_CODES = ['unset', 'ok', 'error'] as const

export function readSpans(request: OtlpMessage<'ExportTraceServiceRequest'>): ReceivedSpan[] {
  const spans: ReceivedSpan[] = []
  for (const resourceSpans of request.resourceSpans) {
    const resource = readResource(resourceSpans.resource, resourceSpans.schemaUrl)
    for (const scopeSpans of resourceSpans.scopeSpans) {
      const scope = readScope(scopeSpans.scope, scopeSpans.schemaUrl)
      for (const span of scopeSpans.spans) {
        spans.push({
          name: span.name,
          traceId: readId(span.traceId),
          spanId: readId(span.spanId),
          parentSpanId: readId(span.parentSpanId),
          traceState: span.traceState,
          kind: KINDS[span.kind] ?? 'unspecified',
          startTimeUnixNano: span.startTimeUnixNano,
          endTimeUnixNano: span.endTimeUnixNano,
          attributes: readAttributes(span.attributes),
          events: span.events.map(event => ({
            name: event.name,
            timeUnixNano: event.timeUnixNano,
            attributes: readAttributes(event.attributes),
            droppedAttributesCount: event.droppedAttributesCount,
          })),
          links: span.links.map(link => ({
            traceId: readId(link.traceId),
            spanId: readId(link.spanId),
            traceState: link.traceState,
            attributes: readAttributes(link.attributes),
            droppedAttributesCount: link.droppedAttributesCount,
            flags: link.flags,
          })),
          status: { code: STATUS_CODES[span.status?.code ?? 0] ?? 'unset', message: span.status?.message ?? '' },
          droppedAttributesCount: span.droppedAttributesCount,
          droppedEventsCount: span.droppedEventsCount,
          droppedLinksCount: span.droppedLinksCount,
          flags: span.flags,
          resource,
          scope,
        })
      }
    }
  }
  return spans
}
