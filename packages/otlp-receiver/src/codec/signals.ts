import { type Encoding, encode } from './encoding.ts'
import type { MessageName, OtlpMessageInit } from './otlp-messages.ts'
import type { ReceivedLog, ReceivedMetricPoint, ReceivedSpan } from './records.ts'

/** What a successful answer says about records that the server did not take. */
export interface PartialSuccess {
  /** How many log records, data points or spans the server did not take. */
  rejected: number
  /** @default "" */
  message?: string
}

/** The message of a request and the type of one received record, by signal. */
export interface SignalTypes {
  logs: { request: 'ExportLogsServiceRequest'; record: ReceivedLog }
  metrics: { request: 'ExportMetricsServiceRequest'; record: ReceivedMetricPoint }
  traces: { request: 'ExportTraceServiceRequest'; record: ReceivedSpan }
}

/** A signal of OpenTelemetry, as in the paths of OTLP/HTTP: `/v1/logs`, `/v1/metrics`, `/v1/traces`. */
export type SignalName = keyof SignalTypes

export type RequestOf<S extends SignalName> = SignalTypes[S]['request']
export type RecordOf<S extends SignalName> = SignalTypes[S]['record']
type ResponseName = Extract<MessageName, `Export${string}ServiceResponse`>

/** One level on the way from a request down to its records: the fields of a message that hold the next messages. */
export interface Level {
  numbers: readonly number[]
  names: readonly string[]
}

type EncodeResponse = (partialSuccess: PartialSuccess | undefined, encoding: Encoding) => Uint8Array

/** All that differs between the signals. Every other file treats the signals alike. */
export interface SignalForm<S extends SignalName> {
  /** What error messages call several records. */
  noun: string
  grpcPath: string
  request: RequestOf<S>
  /** From the request down to its records, one level for each message. */
  levels: readonly Level[]
  encodeResponse: EncodeResponse
}

/** The one table of the signals. */
export const SIGNALS: { readonly [S in SignalName]: SignalForm<S> } = {
  logs: {
    noun: 'logs',
    grpcPath: '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
    request: 'ExportLogsServiceRequest',
    levels: [
      { numbers: [1], names: ['resourceLogs'] },
      { numbers: [2], names: ['scopeLogs'] },
      { numbers: [2], names: ['logRecords'] },
    ],
    encodeResponse: responseEncoder('ExportLogsServiceResponse', 'rejectedLogRecords'),
  },
  metrics: {
    noun: 'metric points',
    grpcPath: '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
    request: 'ExportMetricsServiceRequest',
    levels: [
      { numbers: [1], names: ['resourceMetrics'] },
      { numbers: [2], names: ['scopeMetrics'] },
      { numbers: [2], names: ['metrics'] },
      { numbers: [5, 7, 9, 10, 11], names: ['gauge', 'sum', 'histogram', 'exponentialHistogram', 'summary'] },
      { numbers: [1], names: ['dataPoints'] },
    ],
    encodeResponse: responseEncoder('ExportMetricsServiceResponse', 'rejectedDataPoints'),
  },
  traces: {
    noun: 'spans',
    grpcPath: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
    request: 'ExportTraceServiceRequest',
    levels: [
      { numbers: [1], names: ['resourceSpans'] },
      { numbers: [2], names: ['scopeSpans'] },
      { numbers: [2], names: ['spans'] },
    ],
    encodeResponse: responseEncoder('ExportTraceServiceResponse', 'rejectedSpans'),
  },
}

export const SIGNAL_NAMES: readonly SignalName[] = Object.keys(SIGNALS) as SignalName[]

/** A record with one entry for each signal. */
export function perSignal<V extends Record<SignalName, unknown>>(make: <S extends SignalName>(signal: S) => V[S]): V {
  return Object.fromEntries(SIGNAL_NAMES.map(signal => [signal, make(signal)])) as V
}

function responseEncoder(name: ResponseName, rejectedField: string): EncodeResponse {
  return (partial, encoding) => {
    const partialSuccess = partial && { [rejectedField]: BigInt(partial.rejected), errorMessage: partial.message }
    return encode(name, { partialSuccess } as OtlpMessageInit<ResponseName>, encoding)
  }
}
