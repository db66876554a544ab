/**
 * The OTLP messages by their field numbers (opentelemetry-proto 1.9): `field: [number, type, oneof?]`. This table
 * defines the types of the decoded messages, the binary form and the JSON form.
 *
 * `[]` marks a repeated field, `?` a scalar whose absence differs from zero. Enumerations are `int32`: their bytes are
 * the same, and OTLP/JSON allows only their numbers. Field names are those of OTLP/JSON.
 */
export const otlpMessages = {
  AnyValue: {
    stringValue: [1, 'string', 'value'],
    boolValue: [2, 'bool', 'value'],
    intValue: [3, 'int64', 'value'],
    doubleValue: [4, 'double', 'value'],
    arrayValue: [5, 'ArrayValue', 'value'],
    kvlistValue: [6, 'KeyValueList', 'value'],
    bytesValue: [7, 'bytes', 'value'],
  },
  ArrayValue: { values: [1, 'AnyValue[]'] },
  KeyValueList: { values: [1, 'KeyValue[]'] },
  KeyValue: { key: [1, 'string'], value: [2, 'AnyValue'] },
  InstrumentationScope: {
    name: [1, 'string'],
    version: [2, 'string'],
    attributes: [3, 'KeyValue[]'],
    droppedAttributesCount: [4, 'uint32'],
  },
  Resource: { attributes: [1, 'KeyValue[]'], droppedAttributesCount: [2, 'uint32'] },

  ExportLogsServiceRequest: { resourceLogs: [1, 'ResourceLogs[]'] },
  ExportLogsServiceResponse: { partialSuccess: [1, 'ExportLogsPartialSuccess'] },
  ExportLogsPartialSuccess: { rejectedLogRecords: [1, 'int64'], errorMessage: [2, 'string'] },
  ResourceLogs: { resource: [1, 'Resource'], scopeLogs: [2, 'ScopeLogs[]'], schemaUrl: [3, 'string'] },
  ScopeLogs: { scope: [1, 'InstrumentationScope'], logRecords: [2, 'LogRecord[]'], schemaUrl: [3, 'string'] },
  LogRecord: {
    timeUnixNano: [1, 'fixed64'],
    observedTimeUnixNano: [11, 'fixed64'],
    severityNumber: [2, 'int32'],
    severityText: [3, 'string'],
    body: [5, 'AnyValue'],
    attributes: [6, 'KeyValue[]'],
    droppedAttributesCount: [7, 'uint32'],
    flags: [8, 'fixed32'],
    traceId: [9, 'bytes'],
    spanId: [10, 'bytes'],
    eventName: [12, 'string'],
  },

  ExportMetricsServiceRequest: { resourceMetrics: [1, 'ResourceMetrics[]'] },
  ExportMetricsServiceResponse: { partialSuccess: [1, 'ExportMetricsPartialSuccess'] },
  ExportMetricsPartialSuccess: { rejectedDataPoints: [1, 'int64'], errorMessage: [2, 'string'] },
  ResourceMetrics: { resource: [1, 'Resource'], scopeMetrics: [2, 'ScopeMetrics[]'], schemaUrl: [3, 'string'] },
  ScopeMetrics: { scope: [1, 'InstrumentationScope'], metrics: [2, 'Metric[]'], schemaUrl: [3, 'string'] },
  Metric: {
    name: [1, 'string'],
    description: [2, 'string'],
    unit: [3, 'string'],
    gauge: [5, 'Gauge', 'data'],
    sum: [7, 'Sum', 'data'],
    histogram: [9, 'Histogram', 'data'],
    exponentialHistogram: [10, 'ExponentialHistogram', 'data'],
    summary: [11, 'Summary', 'data'],
    metadata: [12, 'KeyValue[]'],
  },
  Gauge: { dataPoints: [1, 'NumberDataPoint[]'] },
  Sum: { dataPoints: [1, 'NumberDataPoint[]'], aggregationTemporality: [2, 'int32'], isMonotonic: [3, 'bool'] },
  Histogram: { dataPoints: [1, 'HistogramDataPoint[]'], aggregationTemporality: [2, 'int32'] },
  ExponentialHistogram: {
    dataPoints: [1, 'ExponentialHistogramDataPoint[]'],
    aggregationTemporality: [2, 'int32'],
  },
  Summary: { dataPoints: [1, 'SummaryDataPoint[]'] },
  NumberDataPoint: {
    attributes: [7, 'KeyValue[]'],
    startTimeUnixNano: [2, 'fixed64'],
    timeUnixNano: [3, 'fixed64'],
    asDouble: [4, 'double', 'value'],
    asInt: [6, 'sfixed64', 'value'],
    exemplars: [5, 'Exemplar[]'],
    flags: [8, 'uint32'],
  },
  HistogramDataPoint: {
    attributes: [9, 'KeyValue[]'],
    startTimeUnixNano: [2, 'fixed64'],
    timeUnixNano: [3, 'fixed64'],
    count: [4, 'fixed64'],
    sum: [5, 'double?'],
    bucketCounts: [6, 'fixed64[]'],
    explicitBounds: [7, 'double[]'],
    exemplars: [8, 'Exemplar[]'],
    flags: [10, 'uint32'],
    min: [11, 'double?'],
    max: [12, 'double?'],
  },
  ExponentialHistogramDataPoint: {
    attributes: [1, 'KeyValue[]'],
    startTimeUnixNano: [2, 'fixed64'],
    timeUnixNano: [3, 'fixed64'],
    count: [4, 'fixed64'],
    sum: [5, 'double?'],
    scale: [6, 'sint32'],
    zeroCount: [7, 'fixed64'],
    positive: [8, 'Buckets'],
    negative: [9, 'Buckets'],
    flags: [10, 'uint32'],
    exemplars: [11, 'Exemplar[]'],
    min: [12, 'double?'],
    max: [13, 'double?'],
    zeroThreshold: [14, 'double'],
  },
  Buckets: { offset: [1, 'sint32'], bucketCounts: [2, 'uint64[]'] },
  SummaryDataPoint: {
    attributes: [7, 'KeyValue[]'],
    startTimeUnixNano: [2, 'fixed64'],
    timeUnixNano: [3, 'fixed64'],
    count: [4, 'fixed64'],
    sum: [5, 'double'],
    quantileValues: [6, 'ValueAtQuantile[]'],
    flags: [8, 'uint32'],
  },
  ValueAtQuantile: { quantile: [1, 'double'], value: [2, 'double'] },
  Exemplar: {
    filteredAttributes: [7, 'KeyValue[]'],
    timeUnixNano: [2, 'fixed64'],
    asDouble: [3, 'double', 'value'],
    asInt: [6, 'sfixed64', 'value'],
    spanId: [4, 'bytes'],
    traceId: [5, 'bytes'],
  },

  ExportTraceServiceRequest: { resourceSpans: [1, 'ResourceSpans[]'] },
  ExportTraceServiceResponse: { partialSuccess: [1, 'ExportTracePartialSuccess'] },
  ExportTracePartialSuccess: { rejectedSpans: [1, 'int64'], errorMessage: [2, 'string'] },
  ResourceSpans: { resource: [1, 'Resource'], scopeSpans: [2, 'ScopeSpans[]'], schemaUrl: [3, 'string'] },
  ScopeSpans: { scope: [1, 'InstrumentationScope'], spans: [2, 'Span[]'], schemaUrl: [3, 'string'] },
  Span: {
    traceId: [1, 'bytes'],
    spanId: [2, 'bytes'],
    traceState: [3, 'string'],
    parentSpanId: [4, 'bytes'],
    name: [5, 'string'],
    kind: [6, 'int32'],
    startTimeUnixNano: [7, 'fixed64'],
    endTimeUnixNano: [8, 'fixed64'],
    attributes: [9, 'KeyValue[]'],
    droppedAttributesCount: [10, 'uint32'],
    events: [11, 'SpanEvent[]'],
    droppedEventsCount: [12, 'uint32'],
    links: [13, 'SpanLink[]'],
    droppedLinksCount: [14, 'uint32'],
    status: [15, 'SpanStatus'],
    flags: [16, 'fixed32'],
  },
  SpanEvent: {
    timeUnixNano: [1, 'fixed64'],
    name: [2, 'string'],
    attributes: [3, 'KeyValue[]'],
    droppedAttributesCount: [4, 'uint32'],
  },
  SpanLink: {
    traceId: [1, 'bytes'],
    spanId: [2, 'bytes'],
    traceState: [3, 'string'],
    attributes: [4, 'KeyValue[]'],
    droppedAttributesCount: [5, 'uint32'],
    flags: [6, 'fixed32'],
  },
  SpanStatus: { message: [2, 'string'], code: [3, 'int32'] },

  // The body of a failed answer (google.rpc.Status), and its detail that asks the client to wait (google.rpc.RetryInfo).
  RpcStatus: { code: [1, 'int32'], message: [2, 'string'], details: [3, 'Any[]'] },
  Any: { typeUrl: [1, 'string'], value: [2, 'bytes'] },
  RetryInfo: { retryDelay: [1, 'Duration'] },
  Duration: { seconds: [1, 'int64'], nanos: [2, 'int32'] },
} as const

type Table = typeof otlpMessages
type Scalars = {
  string: string
  bool: boolean
  double: number
  int32: number
  sint32: number
  uint32: number
  fixed32: number
  int64: bigint
  uint64: bigint
  fixed64: bigint
  sfixed64: bigint
  bytes: Uint8Array
}

/** The name of a message, as in the OTLP specification; a span's parts are `SpanEvent`, `SpanLink` and `SpanStatus`. */
export type MessageName = keyof Table

type Single<T> = T extends keyof Scalars ? Scalars[T] : T extends MessageName ? OtlpMessage<T> : never
type Value<T> = T extends `${infer Item}[]`
  ? Single<Item>[]
  : T extends `${infer Item}?`
    ? Single<Item> | undefined
    : T extends MessageName
      ? OtlpMessage<T> | undefined
      : Single<T>
type PlainField<M> = { [F in keyof M]: M[F] extends readonly [number, string, string] ? never : F }[keyof M]
type OneofName<M> = {
  [F in keyof M]: M[F] extends readonly [number, string, infer G extends string] ? G : never
}[keyof M]
type OneofCase<M, G> = {
  [F in keyof M]: M[F] extends readonly [number, infer T, G] ? { case: F; value: Single<T> } : never
}[keyof M]

/** A decoded message: absent repeated fields are empty lists, absent scalars zero, absent messages `undefined`. */
export type OtlpMessage<N extends MessageName> = {
  [F in PlainField<Table[N]>]: Table[N][F] extends readonly [number, infer T] ? Value<T> : never
} & { [G in OneofName<Table[N]>]: OneofCase<Table[N], G> | { case: undefined; value?: undefined } }

type Init<V> = V extends Uint8Array
  ? V
  : V extends readonly (infer I)[]
    ? Init<I>[]
    : V extends object
      ? InitObject<V>
      : V
type InitObject<V> = V extends { case: infer C; value: infer W }
  ? { case: C; value: Init<W> }
  : { [K in keyof V]?: Init<V[K]> | undefined }

/** The fields from which a message is made; each may be left out. */
export type OtlpMessageInit<N extends MessageName> = InitObject<OtlpMessage<N>>
