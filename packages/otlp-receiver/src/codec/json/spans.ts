import { spanKindOf, statusCodeOf } from '../enumerations.ts'
import type { Allowance } from '../record-limits.ts'
import type { ReceivedResource, ReceivedScope, ReceivedSpan } from '../records.ts'
import { ITEM_DEPTH } from './requests.ts'
import { int32, type Json, list, object, spanId, text, traceId, uint32, uint64 } from './scalars.ts'
import { readAttributes } from './values.ts'

export function readSpan(
  span: Json,
  allowance: Allowance,
  resource: ReceivedResource,
  scope: ReceivedScope,
): ReceivedSpan {
  return {
    name: text(span.name, 'name'),
    traceId: traceId(span.traceId),
    spanId: spanId(span.spanId),
    parentSpanId: spanId(span.parentSpanId, 'parentSpanId'),
    traceState: text(span.traceState, 'traceState'),
    kind: spanKindOf(int32(span.kind, 'kind')),
    startTimeUnixNano: uint64(span.startTimeUnixNano, 'startTimeUnixNano'),
    endTimeUnixNano: uint64(span.endTimeUnixNano, 'endTimeUnixNano'),
    attributes: readAttributes(span.attributes, allowance, ITEM_DEPTH + 1),
    events: list(span.events, 'events').map(event => readEvent(object(event, 'events'), allowance)),
    links: list(span.links, 'links').map(link => readLink(object(link, 'links'), allowance)),
    status: readStatus(span.status),
    droppedAttributesCount: uint32(span.droppedAttributesCount, 'droppedAttributesCount'),
    droppedEventsCount: uint32(span.droppedEventsCount, 'droppedEventsCount'),
    droppedLinksCount: uint32(span.droppedLinksCount, 'droppedLinksCount'),
    flags: uint32(span.flags, 'flags'),
    resource,
    scope,
  }
}

function readEvent(event: Json, allowance: Allowance): ReceivedSpan['events'][number] {
  allowance.spend()
  return {
    name: text(event.name, 'name'),
    timeUnixNano: uint64(event.timeUnixNano, 'timeUnixNano'),
    attributes: readAttributes(event.attributes, allowance, ITEM_DEPTH + 2),
    droppedAttributesCount: uint32(event.droppedAttributesCount, 'droppedAttributesCount'),
  }
}

function readLink(link: Json, allowance: Allowance): ReceivedSpan['links'][number] {
  allowance.spend()
  return {
    traceId: traceId(link.traceId),
    spanId: spanId(link.spanId),
    traceState: text(link.traceState, 'traceState'),
    attributes: readAttributes(link.attributes, allowance, ITEM_DEPTH + 2),
    droppedAttributesCount: uint32(link.droppedAttributesCount, 'droppedAttributesCount'),
    flags: uint32(link.flags, 'flags'),
  }
}

function readStatus(value: unknown): ReceivedSpan['status'] {
  if (value === undefined || value === null) return { code: 'unset', message: '' }
  const status = object(value, 'status')
  return { code: statusCodeOf(int32(status.code, 'code')), message: text(status.message, 'message') }
}
