import type { Attributes, AttributeValue, ReceivedLog } from '@codex/otlp-receiver'
import type { TableForm } from './tables.ts'

/** A log record as the exporter inserts it: an object for the format JSONEachRow. */
export function rowOf(record: ReceivedLog, { attributes: type, eventName }: TableForm): Record<string, unknown> {
  const attributes = type === 'Map' ? asTexts : asValues
  const { resource, scope } = record
  return {
    Timestamp: decimal(record.timeUnixNano || record.observedTimeUnixNano),
    TraceId: record.traceId,
    SpanId: record.spanId,
    TraceFlags: record.flags & 0xff,
    SeverityText: record.severityText,
    SeverityNumber: record.severityNumber,
    ServiceName: textOf(resource.attributes['service.name']),
    Body: textOf(record.body),
    ResourceSchemaUrl: resource.schemaUrl,
    ResourceAttributes: attributes(resource.attributes),
    ScopeSchemaUrl: scope.schemaUrl,
    ScopeName: scope.name,
    ScopeVersion: scope.version,
    ScopeAttributes: attributes(scope.attributes),
    LogAttributes: attributes(record.attributes),
    ...(eventName && { EventName: record.eventName }),
  }
}

/** Seconds since the epoch. */
function decimal(nanoseconds: bigint): string {
  const digits = String(nanoseconds).padStart(10, '0')
  return `${digits.slice(0, -9)}.${digits.slice(-9)}`
}

const asTexts = (attributes: Attributes): Record<string, string> =>
  Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, textOf(value)]))

const asValues = (attributes: Attributes): Record<string, unknown> =>
  Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, plainValue(value)]))

/** The text that the Collector makes of a value. */
function textOf(value: AttributeValue | undefined): string {
  const plain = plainValue(value)
  if (plain === undefined || plain === null) return ''
  return typeof plain === 'object' ? JSON.stringify(plain) : String(plain)
}

function plainValue(value: AttributeValue | undefined): unknown {
  switch (value?.type) {
    case 'array':
      return value.value.map(plainValue)
    case 'kvlist':
      return asValues(value.value)
    case 'bytes':
      return Buffer.from(value.value).toString('base64')
    case 'int':
      return typeof value.value === 'bigint' ? String(value.value) : value.value
    default:
      return value?.value
  }
}
