import type { Allowance } from '../record-limits.ts'
import type { ReceivedLog, ReceivedResource, ReceivedScope } from '../records.ts'
import { ITEM_DEPTH } from './requests.ts'
import { int32, type Json, spanId, text, traceId, uint32, uint64 } from './scalars.ts'
import { readAnyValue, readAttributes } from './values.ts'

export function readLog(
  log: Json,
  allowance: Allowance,
  resource: ReceivedResource,
  scope: ReceivedScope,
): ReceivedLog {
  const { body } = log
  return {
    eventName: text(log.eventName, 'eventName'),
    timeUnixNano: uint64(log.timeUnixNano, 'timeUnixNano'),
    observedTimeUnixNano: uint64(log.observedTimeUnixNano, 'observedTimeUnixNano'),
    severityNumber: int32(log.severityNumber, 'severityNumber'),
    severityText: text(log.severityText, 'severityText'),
    body: body === undefined || body === null ? undefined : readAnyValue(body, allowance, ITEM_DEPTH + 1, 0),
    attributes: readAttributes(log.attributes, allowance, ITEM_DEPTH + 1),
    droppedAttributesCount: uint32(log.droppedAttributesCount, 'droppedAttributesCount'),
    flags: uint32(log.flags, 'flags'),
    traceId: traceId(log.traceId),
    spanId: spanId(log.spanId),
    resource,
    scope,
  }
}
