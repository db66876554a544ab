import { decodeBinary, decodeJson, encodeBinary, encodeJson } from './otlp-codec.ts'
import type { MessageName, OtlpMessage, OtlpMessageInit } from './otlp-messages.ts'
import { readLogs } from './read-logs.ts'
import { readMetrics } from './read-metrics.ts'
import { readSpans } from './read-spans.ts'
import type { ReceivedLog, ReceivedMetricPoint, ReceivedSpan, Signal } from './records.ts'

/** How the OTLP message in a body is written. */
export type Encoding = 'binary' | 'json'

/** What a successful answer says about records that were not taken. */
export interface PartialSuccess {
  /** How many log records, data points or spans. */
  rejected: number
  /** @default "" */
  message?: string
}

export interface RecordsOf {
  logs: ReceivedLog
  metrics: ReceivedMetricPoint
  traces: ReceivedSpan
}

/** What sets the signals apart; everything else treats them alike. */
export interface SignalForm<S extends Signal> {
  grpcPath: string
  /** @throws Error that says what is malformed */
  decode: (body: Uint8Array, encoding: Encoding) => RecordsOf[S][]
  encodeResponse: (partialSuccess: PartialSuccess | undefined, encoding: Encoding) => Uint8Array
}

export const SIGNALS: { readonly [S in Signal]: SignalForm<S> } = {
  logs: {
    grpcPath: '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
    decode: (body, encoding) => readLogs(decode('ExportLogsServiceRequest', body, encoding)),
    encodeResponse: (partial, encoding) =>
      encode(
        'ExportLogsServiceResponse',
        partial
          ? { partialSuccess: { rejectedLogRecords: BigInt(partial.rejected), errorMessage: partial.message } }
          : {},
        encoding,
      ),
  },
  metrics: {
    grpcPath: '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
    decode: (body, encoding) => readMetrics(decode('ExportMetricsServiceRequest', body, encoding)),
    encodeResponse: (partial, encoding) =>
      encode(
        'ExportMetricsServiceResponse',
        partial
          ? { partialSuccess: { rejectedDataPoints: BigInt(partial.rejected), errorMessage: partial.message } }
          : {},
        encoding,
      ),
  },
  traces: {
    grpcPath: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
    decode: (body, encoding) => readSpans(decode('ExportTraceServiceRequest', body, encoding)),
    encodeResponse: (partial, encoding) =>
      encode(
        'ExportTraceServiceResponse',
        partial ? { partialSuccess: { rejectedSpans: BigInt(partial.rejected), errorMessage: partial.message } } : {},
        encoding,
      ),
  },
}

export const SIGNAL_NAMES: readonly Signal[] = ['logs', 'metrics', 'traces']

export function decode<N extends MessageName>(name: N, body: Uint8Array, encoding: Encoding): OtlpMessage<N> {
  return encoding === 'json' ? decodeJson(name, utf8.decode(body)) : decodeBinary(name, body)
}

export function encode<N extends MessageName>(name: N, message: OtlpMessageInit<N>, encoding: Encoding): Uint8Array {
  return encoding === 'json' ? Buffer.from(encodeJson(name, message)) : encodeBinary(name, message)
}

const utf8 = new TextDecoder('utf-8', { fatal: true })
