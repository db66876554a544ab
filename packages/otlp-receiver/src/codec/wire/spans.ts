import { spanKindOf, statusCodeOf } from '../enumerations.ts'
import type { ReceivedResource, ReceivedScope, ReceivedSpan } from '../records.ts'
import type { Cursor } from './cursor.ts'
import { ITEM_DEPTH } from './requests.ts'
import { readAttribute } from './values.ts'

const SPAN = 0b1_1111_1111_1111_1110
const PART_DEPTH = ITEM_DEPTH + 1

export function readSpan(cursor: Cursor, end: number, resource: ReceivedResource, scope: ReceivedScope): ReceivedSpan {
  const span: ReceivedSpan = {
    name: '',
    traceId: '',
    spanId: '',
    parentSpanId: '',
    traceState: '',
    kind: 'unspecified',
    startTimeUnixNano: 0n,
    endTimeUnixNano: 0n,
    attributes: {},
    events: [],
    links: [],
    status: { code: 'unset', message: '' },
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
    flags: 0,
    resource,
    scope,
  }
  let count = 0
  while (cursor.position < end) {
    const tag = cursor.tag()
    switch (tag) {
      case 10:
        span.traceId = cursor.id(end)
        break
      case 18:
        span.spanId = cursor.id(end)
        break
      case 26:
        span.traceState = cursor.text(end)
        break
      case 34:
        span.parentSpanId = cursor.id(end)
        break
      case 42:
        span.name = cursor.text(end)
        break
      case 48:
        span.kind = spanKindOf(cursor.int32())
        break
      case 57:
        span.startTimeUnixNano = cursor.fixed64()
        break
      case 65:
        span.endTimeUnixNano = cursor.fixed64()
        break
      case 74:
        readAttribute(cursor, cursor.until(end), PART_DEPTH, 0, span.attributes, ++count)
        break
      case 80:
        span.droppedAttributesCount = cursor.uint32()
        break
      case 90:
        span.events.push(readEvent(cursor, cursor.until(end)))
        break
      case 96:
        span.droppedEventsCount = cursor.uint32()
        break
      case 106:
        span.links.push(readLink(cursor, cursor.until(end)))
        break
      case 112:
        span.droppedLinksCount = cursor.uint32()
        break
      case 122:
        readStatus(cursor, cursor.until(end), span.status)
        break
      case 133:
        span.flags = cursor.fixed32()
        break
      default:
        cursor.skip(tag, end, ITEM_DEPTH, SPAN)
    }
  }
  cursor.finish(end)
  return span
}

function readEvent(cursor: Cursor, end: number): ReceivedSpan['events'][number] {
  cursor.allowance.spend()
  const event: ReceivedSpan['events'][number] = {
    name: '',
    timeUnixNano: 0n,
    attributes: {},
    droppedAttributesCount: 0,
  }
  let count = 0
  while (cursor.position < end) {
    const tag = cursor.tag()
    if (tag === 9) event.timeUnixNano = cursor.fixed64()
    else if (tag === 18) event.name = cursor.text(end)
    else if (tag === 26) readAttribute(cursor, cursor.until(end), PART_DEPTH + 1, 0, event.attributes, ++count)
    else if (tag === 32) event.droppedAttributesCount = cursor.uint32()
    else cursor.skip(tag, end, PART_DEPTH, 0b11110)
  }
  cursor.finish(end)
  return event
}

function readLink(cursor: Cursor, end: number): ReceivedSpan['links'][number] {
  cursor.allowance.spend()
  const link: ReceivedSpan['links'][number] = {
    traceId: '',
    spanId: '',
    traceState: '',
    attributes: {},
    droppedAttributesCount: 0,
    flags: 0,
  }
  let count = 0
  while (cursor.position < end) {
    const tag = cursor.tag()
    if (tag === 10) link.traceId = cursor.id(end)
    else if (tag === 18) link.spanId = cursor.id(end)
    else if (tag === 26) link.traceState = cursor.text(end)
    else if (tag === 34) readAttribute(cursor, cursor.until(end), PART_DEPTH + 1, 0, link.attributes, ++count)
    else if (tag === 40) link.droppedAttributesCount = cursor.uint32()
    else if (tag === 53) link.flags = cursor.fixed32()
    else cursor.skip(tag, end, PART_DEPTH, 0b111_1110)
  }
  cursor.finish(end)
  return link
}

function readStatus(cursor: Cursor, end: number, into: ReceivedSpan['status']): void {
  while (cursor.position < end) {
    const tag = cursor.tag()
    if (tag === 18) into.message = cursor.text(end)
    else if (tag === 24) into.code = statusCodeOf(cursor.int32())
    else cursor.skip(tag, end, PART_DEPTH, 0b1100)
  }
  cursor.finish(end)
}
