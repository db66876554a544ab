import { TraceFlags, ValueType } from '@opentelemetry/api'
import {
  ProtobufLogsSerializer,
  ProtobufMetricsSerializer,
  ProtobufTraceSerializer,
} from '@opentelemetry/otlp-transformer'
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs'
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import type { SignalName } from '../../catalogue/signals.ts'
import type { Scrubber } from '../../content/secrets/scrub.ts'
import { hrTime } from '../otlp/hr-time.ts'
import { baseResource, logResource, type ResourceSource } from '../signals/resource.ts'

/** Not in the `codex.` namespace, so that a query for the catalogue's names counts no probe. */
const PROBE_NAME = 'codex_otel.doctor'

export interface ProbeOptions {
  source: ResourceSource
  scrubber: Scrubber
  /** The attribute `doctor.id`, by which the operator finds the probe at the receiver. */
  probeId: string
  timeMs: number
}

const SCOPE = { name: 'codex_otel' }
/** The value of `AggregationTemporality.DELTA` and of `DataPointType.SUM`: only the types of the metrics SDK are used. */
const DELTA = 0
const SUM = 3
const INFO = 9
const INTERNAL = 0
const UNSET = 0

/** Makes an OTLP request in protobuf with one record, and with the resource of the signal's own records. */
export function probeRequest(signal: SignalName, options: ProbeOptions): Uint8Array {
  switch (signal) {
    case 'logs':
      return bytesOf(ProtobufLogsSerializer.serializeRequest([logRecord(options)]))
    case 'metrics':
      return bytesOf(ProtobufMetricsSerializer.serializeRequest(counter(options)))
    case 'traces':
      return bytesOf(ProtobufTraceSerializer.serializeRequest([span(options)]))
  }
}

/**
 * A request that holds a resource and no record, for any signal: the three kinds of request begin alike. A request without
 * a resource would be an empty body, and receivers answer that in ways that prove nothing.
 */
export function emptyRequest({ source, scrubber }: Pick<ProbeOptions, 'source' | 'scrubber'>): Uint8Array {
  const request = { resource: baseResource(source, scrubber), scopeMetrics: [] }
  return bytesOf(ProtobufMetricsSerializer.serializeRequest(request))
}

function logRecord({ source, scrubber, probeId, timeMs }: ProbeOptions): ReadableLogRecord {
  const time = hrTime(timeMs)
  return {
    hrTime: time,
    hrTimeObserved: time,
    severityNumber: INFO,
    severityText: 'INFO',
    eventName: PROBE_NAME,
    resource: logResource(source, scrubber),
    instrumentationScope: SCOPE,
    attributes: {
      'event.name': PROBE_NAME,
      'event.timestamp': new Date(timeMs).toISOString(),
      'doctor.id': probeId,
    },
    droppedAttributesCount: 0,
  }
}

function counter({ source, scrubber, probeId, timeMs }: ProbeOptions): ResourceMetrics {
  const time = hrTime(timeMs)
  const metric = {
    descriptor: {
      name: PROBE_NAME,
      description: 'Counts checks of the way to the collector.',
      unit: '',
      valueType: ValueType.INT,
    },
    aggregationTemporality: DELTA,
    dataPointType: SUM,
    isMonotonic: true,
    dataPoints: [{ startTime: time, endTime: time, attributes: { 'doctor.id': probeId }, value: 1 }],
  }
  return {
    resource: baseResource(source, scrubber),
    scopeMetrics: [{ scope: SCOPE, metrics: [metric] }],
  }
}

function span({ source, scrubber, probeId, timeMs }: ProbeOptions): ReadableSpan {
  const time = hrTime(timeMs)
  const spanContext = { traceId: probeId + probeId, spanId: probeId, traceFlags: TraceFlags.SAMPLED }
  return {
    name: PROBE_NAME,
    kind: INTERNAL,
    spanContext: () => spanContext,
    startTime: time,
    endTime: time,
    duration: [0, 0],
    ended: true,
    status: { code: UNSET },
    attributes: { 'doctor.id': probeId },
    links: [],
    events: [],
    resource: baseResource(source, scrubber),
    instrumentationScope: SCOPE,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  }
}

function bytesOf(bytes: Uint8Array | undefined): Uint8Array {
  if (bytes === undefined) throw new Error('the probe could not be encoded')
  return bytes
}
