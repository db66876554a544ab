/**
 * A value with its type on the wire. A 64-bit integer is a `number` where a number is exact, else a `bigint`; `empty` is
 * an attribute without a value.
 */
export type AttributeValue =
  | { type: 'string'; value: string }
  | { type: 'int'; value: number | bigint }
  | { type: 'bool'; value: boolean }
  | { type: 'double'; value: number }
  | { type: 'bytes'; value: Uint8Array }
  | { type: 'array'; value: AttributeValue[] }
  | { type: 'kvlist'; value: Attributes }
  | { type: 'empty'; value: undefined }

/** Attributes by key, in the order of arrival. A repeated key has its last value. */
export type Attributes = Record<string, AttributeValue>

export interface ReceivedResource {
  attributes: Attributes
  droppedAttributesCount: number
  schemaUrl: string
}

export interface ReceivedScope {
  name: string
  version: string
  attributes: Attributes
  schemaUrl: string
}

interface Origin {
  /** Shared by the records of one resource in one request. */
  resource: ReceivedResource
  /** Shared by the records of one scope in one request. */
  scope: ReceivedScope
}

export interface ReceivedLog extends Origin {
  /** Empty when the record has none. */
  eventName: string
  /** 0n when the record has none. */
  timeUnixNano: bigint
  observedTimeUnixNano: bigint
  severityNumber: number
  severityText: string
  body: AttributeValue | undefined
  attributes: Attributes
  droppedAttributesCount: number
  flags: number
  /** Lower-case hex, empty when the record has none. */
  traceId: string
  spanId: string
}

export interface ReceivedSpan extends Origin {
  name: string
  /** Lower-case hex, empty when the span has none; the other ids too. */
  traceId: string
  spanId: string
  parentSpanId: string
  traceState: string
  kind: 'unspecified' | 'internal' | 'server' | 'client' | 'producer' | 'consumer'
  startTimeUnixNano: bigint
  endTimeUnixNano: bigint
  attributes: Attributes
  events: { name: string; timeUnixNano: bigint; attributes: Attributes; droppedAttributesCount: number }[]
  links: {
    traceId: string
    spanId: string
    traceState: string
    attributes: Attributes
    droppedAttributesCount: number
    flags: number
  }[]
  status: { code: 'unset' | 'ok' | 'error'; message: string }
  droppedAttributesCount: number
  droppedEventsCount: number
  droppedLinksCount: number
  flags: number
}

export type Temporality = 'unspecified' | 'delta' | 'cumulative'

export interface Exemplar {
  attributes: Attributes
  timeUnixNano: bigint
  value: number | bigint | undefined
  traceId: string
  spanId: string
}

interface PointBase extends Origin {
  /** The metric's name. */
  name: string
  description: string
  unit: string
  attributes: Attributes
  startTimeUnixNano: bigint
  timeUnixNano: bigint
  flags: number
  exemplars: Exemplar[]
}

/** `valueType` distinguishes an integer point from a double with a whole value. */
interface NumberValue {
  value: number | bigint | undefined
  valueType: 'int' | 'double' | undefined
}

interface Distribution {
  temporality: Temporality
  count: number
  sum: number | undefined
  min: number | undefined
  max: number | undefined
}

interface ExponentialBuckets {
  offset: number
  bucketCounts: number[]
}

/** One data point, with the name, description, unit and temporality of its metric. */
export type ReceivedMetricPoint = PointBase &
  (
    | ({ kind: 'gauge' } & NumberValue)
    | ({ kind: 'sum'; temporality: Temporality; monotonic: boolean } & NumberValue)
    | ({ kind: 'histogram'; bounds: number[]; bucketCounts: number[] } & Distribution)
    | ({
        kind: 'exponentialHistogram'
        scale: number
        zeroCount: number
        zeroThreshold: number
        positive: ExponentialBuckets
        negative: ExponentialBuckets
      } & Distribution)
    | { kind: 'summary'; count: number; sum: number; quantiles: { quantile: number; value: number }[] }
  )
