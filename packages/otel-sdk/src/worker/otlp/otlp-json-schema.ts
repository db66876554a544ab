import type { SignalName } from '../../catalogue/signals.ts'

/** How a field is read; a function gives the message that it contains (a function, because messages nest in each other). */
export type Kind =
  | 'string'
  /** bytes that OTLP/JSON writes in hex: trace and span ids */
  | 'hex'
  /** any other bytes */
  | 'base64'
  | 'bool'
  | 'uint32'
  | 'enum'
  | 'sint32'
  | 'int64'
  | 'uint64'
  | 'fixed32'
  | 'fixed64'
  | 'sfixed64'
  | 'double'
  | (() => Message)

export interface Field {
  /** The name in quotes, and a colon. */
  key: Uint8Array
  kind: Kind
  repeated?: boolean
}

/** The fields of a message by number. */
export type Message = Readonly<Record<number, Field>>

const key = (name: string): Uint8Array => Buffer.from(`"${name}":`)
const one = (name: string, kind: Kind): Field => ({ key: key(name), kind })
const many = (name: string, kind: Kind): Field => ({ key: key(name), kind, repeated: true })

/*
 * opentelemetry-proto 1.x: common, resource, logs, metrics, trace. Field numbers never change their meaning there; one
 * that is added later is left out of the JSON until it is added here.
 */
const arrayValue: Message = { 1: many('values', () => anyValue) }
const keyValueList: Message = { 1: many('values', () => keyValue) }

const anyValue: Message = {
  1: one('stringValue', 'string'),
  2: one('boolValue', 'bool'),
  3: one('intValue', 'int64'),
  4: one('doubleValue', 'double'),
  5: one('arrayValue', () => arrayValue),
  6: one('kvlistValue', () => keyValueList),
  7: one('bytesValue', 'base64'),
}

const keyValue: Message = { 1: one('key', 'string'), 2: one('value', () => anyValue) }
const keyValues = (name: string): Field => many(name, () => keyValue)

const resource: Message = { 1: keyValues('attributes'), 2: one('droppedAttributesCount', 'uint32') }

const scope: Message = {
  1: one('name', 'string'),
  2: one('version', 'string'),
  3: keyValues('attributes'),
  4: one('droppedAttributesCount', 'uint32'),
}

const logRecord: Message = {
  1: one('timeUnixNano', 'fixed64'),
  2: one('severityNumber', 'enum'),
  3: one('severityText', 'string'),
  5: one('body', () => anyValue),
  6: keyValues('attributes'),
  7: one('droppedAttributesCount', 'uint32'),
  8: one('flags', 'fixed32'),
  9: one('traceId', 'hex'),
  10: one('spanId', 'hex'),
  11: one('observedTimeUnixNano', 'fixed64'),
  12: one('eventName', 'string'),
}

const spanEvent: Message = {
  1: one('timeUnixNano', 'fixed64'),
  2: one('name', 'string'),
  3: keyValues('attributes'),
  4: one('droppedAttributesCount', 'uint32'),
}

const spanLink: Message = {
  1: one('traceId', 'hex'),
  2: one('spanId', 'hex'),
  3: one('traceState', 'string'),
  4: keyValues('attributes'),
  5: one('droppedAttributesCount', 'uint32'),
  6: one('flags', 'fixed32'),
}

const spanStatus: Message = { 2: one('message', 'string'), 3: one('code', 'enum') }

const span: Message = {
  1: one('traceId', 'hex'),
  2: one('spanId', 'hex'),
  3: one('traceState', 'string'),
  4: one('parentSpanId', 'hex'),
  5: one('name', 'string'),
  6: one('kind', 'enum'),
  7: one('startTimeUnixNano', 'fixed64'),
  8: one('endTimeUnixNano', 'fixed64'),
  9: keyValues('attributes'),
  10: one('droppedAttributesCount', 'uint32'),
  11: many('events', () => spanEvent),
  12: one('droppedEventsCount', 'uint32'),
  13: many('links', () => spanLink),
  14: one('droppedLinksCount', 'uint32'),
  15: one('status', () => spanStatus),
  16: one('flags', 'fixed32'),
}

const exemplar: Message = {
  2: one('timeUnixNano', 'fixed64'),
  3: one('asDouble', 'double'),
  4: one('spanId', 'hex'),
  5: one('traceId', 'hex'),
  6: one('asInt', 'sfixed64'),
  7: keyValues('filteredAttributes'),
}

const numberDataPoint: Message = {
  2: one('startTimeUnixNano', 'fixed64'),
  3: one('timeUnixNano', 'fixed64'),
  4: one('asDouble', 'double'),
  5: many('exemplars', () => exemplar),
  6: one('asInt', 'sfixed64'),
  7: keyValues('attributes'),
  8: one('flags', 'uint32'),
}

const histogramDataPoint: Message = {
  2: one('startTimeUnixNano', 'fixed64'),
  3: one('timeUnixNano', 'fixed64'),
  4: one('count', 'fixed64'),
  5: one('sum', 'double'),
  6: many('bucketCounts', 'fixed64'),
  7: many('explicitBounds', 'double'),
  8: many('exemplars', () => exemplar),
  9: keyValues('attributes'),
  10: one('flags', 'uint32'),
  11: one('min', 'double'),
  12: one('max', 'double'),
}

const buckets: Message = { 1: one('offset', 'sint32'), 2: many('bucketCounts', 'uint64') }

const exponentialHistogramDataPoint: Message = {
  1: keyValues('attributes'),
  2: one('startTimeUnixNano', 'fixed64'),
  3: one('timeUnixNano', 'fixed64'),
  4: one('count', 'fixed64'),
  5: one('sum', 'double'),
  6: one('scale', 'sint32'),
  7: one('zeroCount', 'fixed64'),
  8: one('positive', () => buckets),
  9: one('negative', () => buckets),
  10: one('flags', 'uint32'),
  11: many('exemplars', () => exemplar),
  12: one('min', 'double'),
  13: one('max', 'double'),
  14: one('zeroThreshold', 'double'),
}

const quantileValue: Message = { 1: one('quantile', 'double'), 2: one('value', 'double') }

const summaryDataPoint: Message = {
  2: one('startTimeUnixNano', 'fixed64'),
  3: one('timeUnixNano', 'fixed64'),
  4: one('count', 'fixed64'),
  5: one('sum', 'double'),
  6: many('quantileValues', () => quantileValue),
  7: keyValues('attributes'),
  8: one('flags', 'uint32'),
}

const metricData = (point: Message): Message => ({
  1: many('dataPoints', () => point),
  2: one('aggregationTemporality', 'enum'),
  3: one('isMonotonic', 'bool'),
})
const gauge = metricData(numberDataPoint)
const histogram = metricData(histogramDataPoint)
const exponentialHistogram = metricData(exponentialHistogramDataPoint)
const summary = metricData(summaryDataPoint)

const metric: Message = {
  1: one('name', 'string'),
  2: one('description', 'string'),
  3: one('unit', 'string'),
  5: one('gauge', () => gauge),
  7: one('sum', () => gauge),
  9: one('histogram', () => histogram),
  10: one('exponentialHistogram', () => exponentialHistogram),
  11: one('summary', () => summary),
  12: keyValues('metadata'),
}

/** The request of a signal: the same three levels with other names. */
function request(resourceName: string, scopeName: string, recordName: string, record: Message): Message {
  const scopeRecords: Message = {
    1: one('scope', () => scope),
    2: many(recordName, () => record),
    3: one('schemaUrl', 'string'),
  }
  const resourceRecords: Message = {
    1: one('resource', () => resource),
    2: many(scopeName, () => scopeRecords),
    3: one('schemaUrl', 'string'),
  }
  return { 1: many(resourceName, () => resourceRecords) }
}

/** Where reading a request begins. */
export const requestMessages: Readonly<Record<SignalName, Message>> = {
  logs: request('resourceLogs', 'scopeLogs', 'logRecords', logRecord),
  metrics: request('resourceMetrics', 'scopeMetrics', 'metrics', metric),
  traces: request('resourceSpans', 'scopeSpans', 'spans', span),
}
