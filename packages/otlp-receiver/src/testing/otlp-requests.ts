import { type Encoding, encode } from '../codec/encoding.ts'
import type { OtlpMessageInit } from '../codec/otlp-messages.ts'
import type { SignalName } from '../codec/signals.ts'

const TRACE_ID = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex')
const SPAN_ID = Buffer.from('0001020304050607', 'hex')
const resource: OtlpMessageInit<'Resource'> = {
  attributes: [{ key: 'service.name', value: { value: { case: 'stringValue', value: 'agent' } } }],
}

const SAMPLES: Record<SignalName, (encoding: Encoding) => Uint8Array> = {
  logs: encoding => encodeLogs(1, encoding),
  metrics: encoding => encode('ExportMetricsServiceRequest', METRICS, encoding),
  traces: encoding => encode('ExportTraceServiceRequest', TRACES, encoding),
}

/** A request with one log record, one point of each kind of metric, or one span. */
export function sampleRequest(signal: SignalName, encoding: Encoding = 'binary'): Uint8Array {
  return SAMPLES[signal](encoding)
}

export function encodeLogs(count: number, encoding: Encoding = 'binary'): Uint8Array {
  const record: OtlpMessageInit<'LogRecord'> = {
    timeUnixNano: 1_700_000_000_000_000_001n,
    observedTimeUnixNano: 1_700_000_000_000_000_002n,
    severityNumber: 9,
    severityText: 'INFO',
    eventName: 'codex.user_prompt',
    body: { value: { case: 'stringValue', value: 'hello' } },
    traceId: TRACE_ID,
    spanId: SPAN_ID,
    attributes: [
      { key: 'text', value: { value: { case: 'stringValue', value: 'größer' } } },
      { key: 'int', value: { value: { case: 'intValue', value: -7n } } },
      { key: 'large', value: { value: { case: 'intValue', value: 9_007_199_254_740_993n } } },
      { key: 'flag', value: { value: { case: 'boolValue', value: false } } },
      { key: 'double', value: { value: { case: 'doubleValue', value: 2 } } },
      { key: 'bytes', value: { value: { case: 'bytesValue', value: Uint8Array.of(0, 255) } } },
      {
        key: 'list',
        value: { value: { case: 'arrayValue', value: { values: [{ value: { case: 'intValue', value: 0n } }] } } },
      },
      {
        key: 'map',
        value: {
          value: {
            case: 'kvlistValue',
            value: { values: [{ key: '__proto__', value: { value: { case: 'stringValue', value: 'x' } } }] },
          },
        },
      },
      { key: 'nothing' },
    ],
  }
  const scopeLogs = [
    { scope: { name: 'codex', version: '1' }, logRecords: Array.from({ length: count }, () => record) },
  ]
  return encode('ExportLogsServiceRequest', { resourceLogs: [{ resource, scopeLogs }] }, encoding)
}

const times = { startTimeUnixNano: 1n, timeUnixNano: 2n }
const METRICS: OtlpMessageInit<'ExportMetricsServiceRequest'> = {
  resourceMetrics: [
    {
      resource,
      scopeMetrics: [
        {
          scope: { name: 'codex' },
          metrics: [
            {
              name: 'sum',
              description: 'a sum',
              unit: '1',
              data: {
                case: 'sum',
                value: {
                  aggregationTemporality: 1,
                  isMonotonic: true,
                  dataPoints: [{ ...times, value: { case: 'asInt', value: 3n } }],
                },
              },
            },
            {
              name: 'gauge',
              data: { case: 'gauge', value: { dataPoints: [{ ...times, value: { case: 'asDouble', value: 3 } }] } },
            },
            {
              name: 'histogram',
              data: {
                case: 'histogram',
                value: {
                  aggregationTemporality: 2,
                  dataPoints: [
                    {
                      ...times,
                      count: 3n,
                      sum: 6,
                      min: 0,
                      bucketCounts: [1n, 2n],
                      explicitBounds: [5],
                      exemplars: [
                        { timeUnixNano: 2n, value: { case: 'asDouble', value: 4 }, spanId: SPAN_ID, traceId: TRACE_ID },
                      ],
                    },
                  ],
                },
              },
            },
            {
              name: 'exponential',
              data: {
                case: 'exponentialHistogram',
                value: {
                  aggregationTemporality: 1,
                  dataPoints: [
                    {
                      ...times,
                      count: 4n,
                      sum: 9,
                      scale: -2,
                      zeroCount: 1n,
                      zeroThreshold: 0.5,
                      positive: { offset: -3, bucketCounts: [1n, 2n] },
                    },
                  ],
                },
              },
            },
            {
              name: 'summary',
              data: {
                case: 'summary',
                value: { dataPoints: [{ ...times, count: 2n, sum: 3, quantileValues: [{ quantile: 0.5, value: 1 }] }] },
              },
            },
          ],
        },
      ],
    },
  ],
}

const TRACES: OtlpMessageInit<'ExportTraceServiceRequest'> = {
  resourceSpans: [
    {
      resource,
      scopeSpans: [
        {
          scope: { name: 'codex' },
          spans: [
            {
              name: 'turn',
              kind: 3,
              traceId: TRACE_ID,
              spanId: SPAN_ID,
              parentSpanId: SPAN_ID,
              startTimeUnixNano: 1n,
              endTimeUnixNano: 2n,
              events: [{ name: 'retry', timeUnixNano: 2n }],
              links: [{ traceId: TRACE_ID, spanId: SPAN_ID }],
              status: { code: 2, message: 'failed' },
            },
          ],
        },
      ],
    },
  ],
}
