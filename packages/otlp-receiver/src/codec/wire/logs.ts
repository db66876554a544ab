import type { AttributeValue, ReceivedLog, ReceivedResource, ReceivedScope } from '../records.ts'
import type { Cursor } from './cursor.ts'
import { ITEM_DEPTH } from './requests.ts'
import { readAnyValue, readAttribute } from './values.ts'

const LOG_RECORD = 0b1_1111_1110_1110

export function readLog(cursor: Cursor, end: number, resource: ReceivedResource, scope: ReceivedScope): ReceivedLog {
  const log: ReceivedLog = {
    eventName: '',
    timeUnixNano: 0n,
    observedTimeUnixNano: 0n,
    severityNumber: 0,
    severityText: '',
    body: undefined,
    attributes: {},
    droppedAttributesCount: 0,
    flags: 0,
    traceId: '',
    spanId: '',
    resource,
    scope,
  }
  const { attributes } = log
  let count = 0
  let body: AttributeValue | undefined
  while (cursor.position < end) {
    const tag = cursor.tag()
    switch (tag) {
      case 9:
        log.timeUnixNano = cursor.fixed64()
        break
      case 16:
        log.severityNumber = cursor.int32()
        break
      case 26:
        log.severityText = cursor.text(end)
        break
      case 42:
        body = readAnyValue(cursor, cursor.until(end), ITEM_DEPTH + 1, 0, body)
        break
      case 50:
        readAttribute(cursor, cursor.until(end), ITEM_DEPTH + 1, 0, attributes, ++count)
        break
      case 56:
        log.droppedAttributesCount = cursor.uint32()
        break
      case 69:
        log.flags = cursor.fixed32()
        break
      case 74:
        log.traceId = cursor.id(end)
        break
      case 82:
        log.spanId = cursor.id(end)
        break
      case 89:
        log.observedTimeUnixNano = cursor.fixed64()
        break
      case 98:
        log.eventName = cursor.text(end)
        break
      default:
        cursor.skip(tag, end, ITEM_DEPTH, LOG_RECORD)
    }
  }
  cursor.finish(end)
  log.body = body
  return log
}
