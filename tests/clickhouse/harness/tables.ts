import type { AttributeType } from '../../../apps/viewer/scripts/clickhouse-view.ts'

/** A form that the table of log records has, as the Collector's exporter has created it in one version or another. */
export interface TableForm {
  /** Names its database, too. */
  name: string
  attributes: AttributeType
  /** Which rows are together on the disk, and in which order. */
  partition: string
  order: string
  /** Whether a record's own field for its event's name is there. */
  eventName: boolean
}

const BY_SERVICE = { partition: 'toDate(Timestamp)', order: '(ServiceName, toDateTime(Timestamp), Timestamp)' }
const BY_TIME = { partition: 'toDate(Timestamp)', order: '(toStartOfFiveMinutes(Timestamp), ServiceName, Timestamp)' }

export const TABLE_FORMS: readonly TableForm[] = [
  {
    name: 'map_by_service',
    attributes: 'Map',
    partition: 'toDate(TimestampTime)',
    order: '(ServiceName, TimestampTime, Timestamp)',
    eventName: false,
  },
  { name: 'map_by_time', attributes: 'Map', ...BY_TIME, eventName: true },
  { name: 'json_by_service', attributes: 'JSON', ...BY_SERVICE, eventName: false },
  { name: 'json_by_time', attributes: 'JSON', ...BY_TIME, eventName: true },
]

/** The table without what changes no answer: compression, indexes for skipping, and the time to live. */
export function createTable({ attributes, partition, order, eventName }: TableForm): string {
  const attributeType = attributes === 'Map' ? 'Map(LowCardinality(String), String)' : 'JSON'
  const columns = [
    'Timestamp DateTime64(9)',
    ...(order.includes('TimestampTime') ? ['TimestampTime DateTime DEFAULT toDateTime(Timestamp)'] : []),
    'TraceId String',
    'SpanId String',
    'TraceFlags UInt8',
    'SeverityText LowCardinality(String)',
    'SeverityNumber UInt8',
    'ServiceName LowCardinality(String)',
    'Body String',
    'ResourceSchemaUrl LowCardinality(String)',
    `ResourceAttributes ${attributeType}`,
    'ScopeSchemaUrl LowCardinality(String)',
    'ScopeName String',
    'ScopeVersion LowCardinality(String)',
    `ScopeAttributes ${attributeType}`,
    `LogAttributes ${attributeType}`,
    ...(eventName ? ['EventName String'] : []),
  ]
  return `CREATE TABLE otel_logs (${columns.join(', ')}) ENGINE = MergeTree
PARTITION BY ${partition} ORDER BY ${order} SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1`
}
