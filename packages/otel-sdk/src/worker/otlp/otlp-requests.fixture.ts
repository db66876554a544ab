import { type HrTime, SpanKind, TraceFlags, ValueType } from '@opentelemetry/api'
import {
  ProtobufLogsSerializer,
  ProtobufMetricsSerializer,
  ProtobufTraceSerializer,
} from '@opentelemetry/otlp-transformer'
import { type Resource, resourceFromAttributes } from '@opentelemetry/resources'
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs'
import { AggregationTemporality, DataPointType, type ResourceMetrics } from '@opentelemetry/sdk-metrics'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'

/** What the tests of this folder send: made by the official serializers out of plain objects. */
const resource: Resource = resourceFromAttributes({ 'service.name': 'codex-cli', env: 'test' })
const instrumentationScope = { name: 'codex_otel', version: '0.1.0' }
const time: HrTime = [1_790_000_000, 123_456_789]
const spanContext = {
  traceId: '0102030405060708090a0b0c0d0e0f10',
  spanId: 'a1a2a3a4a5a6a7a8',
  traceFlags: TraceFlags.SAMPLED,
}

/** One log record; `id` makes it recognisable. */
export function logRecord(id: number, attributes: Record<string, unknown> = {}, of: Resource = resource) {
  return {
    hrTime: time,
    hrTimeObserved: time,
    severityNumber: 9,
    severityText: 'INFO',
    eventName: 'codex.tool_result',
    attributes: { id, ...attributes },
    droppedAttributesCount: 0,
    resource: of,
    instrumentationScope,
    spanContext,
  } as unknown as ReadableLogRecord
}

export function logRequest(ids: readonly number[], attributes?: Record<string, unknown>, of?: Resource): Uint8Array {
  return bytesOf(ProtobufLogsSerializer.serializeRequest(ids.map(id => logRecord(id, attributes, of))))
}

export function spans(names: readonly string[]): ReadableSpan[] {
  return names.map(
    name =>
      ({
        name,
        kind: SpanKind.CLIENT,
        spanContext: () => spanContext,
        startTime: time,
        endTime: time,
        duration: [0, 1],
        ended: true,
        status: { code: 2, message: 'failed' },
        attributes: { 'http.response.status_code': 500, ratio: 0.5 },
        links: [{ context: spanContext, attributes: { link: true } }],
        events: [{ name: 'retry', time, attributes: { attempt: 1 } }],
        resource,
        instrumentationScope,
        droppedAttributesCount: 0,
        droppedEventsCount: 1,
        droppedLinksCount: 2,
      }) as unknown as ReadableSpan,
  )
}

export function spanRequest(names: readonly string[]): Uint8Array {
  return bytesOf(ProtobufTraceSerializer.serializeRequest(spans(names)))
}

/** A sum with `points` data points, a gauge, a histogram and an exponential histogram with one each. */
export function metrics(points: number): ResourceMetrics {
  const at = { startTime: time, endTime: time }
  const descriptor = { description: 'd', unit: 'ms', valueType: ValueType.INT, advice: {} }
  const histogram = { sum: 12.5, min: 1, max: 9, count: 3 }
  return {
    resource,
    scopeMetrics: [
      {
        scope: instrumentationScope,
        metrics: [
          {
            descriptor: { ...descriptor, name: 'sum' },
            dataPointType: DataPointType.SUM,
            aggregationTemporality: AggregationTemporality.DELTA,
            isMonotonic: true,
            dataPoints: Array.from({ length: points }, (_, id) => ({ ...at, attributes: { id }, value: id - 1 })),
          },
          {
            descriptor: { ...descriptor, name: 'gauge', valueType: ValueType.DOUBLE },
            dataPointType: DataPointType.GAUGE,
            aggregationTemporality: AggregationTemporality.CUMULATIVE,
            dataPoints: [{ ...at, attributes: {}, value: 0.25 }],
          },
          {
            descriptor: { ...descriptor, name: 'histogram' },
            dataPointType: DataPointType.HISTOGRAM,
            aggregationTemporality: AggregationTemporality.DELTA,
            dataPoints: [
              { ...at, attributes: {}, value: { ...histogram, buckets: { boundaries: [5, 7.5], counts: [1, 2, 0] } } },
            ],
          },
          {
            descriptor: { ...descriptor, name: 'exponential' },
            dataPointType: DataPointType.EXPONENTIAL_HISTOGRAM,
            aggregationTemporality: AggregationTemporality.DELTA,
            dataPoints: [
              {
                ...at,
                attributes: {},
                value: {
                  ...histogram,
                  scale: -1,
                  zeroCount: 1,
                  positive: { offset: -3, bucketCounts: [1, 300] },
                  negative: { offset: 2, bucketCounts: [] },
                },
              },
            ],
          },
        ],
      },
    ],
  } as unknown as ResourceMetrics
}

export function metricRequest(points: number): Uint8Array {
  return bytesOf(ProtobufMetricsSerializer.serializeRequest(metrics(points)))
}

function bytesOf(bytes: Uint8Array | undefined): Uint8Array {
  if (bytes === undefined) throw new Error('the serializer gave nothing')
  return bytes
}

/** The `id` attributes of the log records in an OTLP/JSON request, in order. */
export function idsIn(json: Uint8Array): number[] {
  const request = JSON.parse(new TextDecoder().decode(json)) as {
    resourceLogs?: { scopeLogs: { logRecords: { attributes: { key: string; value: { intValue?: string } }[] }[] }[] }[]
  }
  return (request.resourceLogs ?? []).flatMap(({ scopeLogs }) =>
    scopeLogs.flatMap(({ logRecords }) =>
      logRecords.map(({ attributes }) => Number(attributes.find(({ key }) => key === 'id')?.value.intValue)),
    ),
  )
}
