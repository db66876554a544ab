import type { Exemplar, ReceivedMetricPoint, Temporality } from '../records.ts'
import type { Cursor } from './cursor.ts'
import { ITEM_DEPTH } from './requests.ts'
import { readAttribute } from './values.ts'

/** What the points of a metric share. */
export type Place = Pick<ReceivedMetricPoint, 'name' | 'description' | 'unit' | 'resource' | 'scope'>

export interface MetricData {
  temporality: Temporality
  monotonic: boolean
}

type ReadPoint = (cursor: Cursor, end: number, place: Place, data: MetricData) => ReceivedMetricPoint
type Buckets = { offset: number; bucketCounts: number[] }

const DEPTH = ITEM_DEPTH + 2

/** By the field of the metric that holds the points. */
export const POINT_READERS: Readonly<Record<number, ReadPoint>> = {
  5: (cursor, end, place) => ({ kind: 'gauge', ...readNumber(cursor, end, place) }),
  7: (cursor, end, place, { temporality, monotonic }) => ({
    kind: 'sum',
    ...readNumber(cursor, end, place),
    temporality,
    monotonic,
  }),
  9: readHistogram,
  10: readExponential,
  11: readSummary,
}

const common = (place: Place) => ({
  name: place.name,
  description: place.description,
  unit: place.unit,
  resource: place.resource,
  scope: place.scope,
  attributes: {} as ReceivedMetricPoint['attributes'],
  startTimeUnixNano: 0n,
  timeUnixNano: 0n,
  flags: 0,
  exemplars: [] as Exemplar[],
})

const distribution = () => ({
  count: 0,
  sum: undefined as number | undefined,
  min: undefined as number | undefined,
  max: undefined as number | undefined,
})

const numberValue = () => ({
  value: undefined as number | bigint | undefined,
  valueType: undefined as 'int' | 'double' | undefined,
})

function readNumber(
  cursor: Cursor,
  end: number,
  place: Place,
): ReturnType<typeof common> & ReturnType<typeof numberValue> {
  const point = { ...common(place), ...numberValue() }
  let count = 0
  while (cursor.position < end) {
    const tag = cursor.tag()
    if (tag === 17) point.startTimeUnixNano = cursor.fixed64()
    else if (tag === 25) point.timeUnixNano = cursor.fixed64()
    else if (tag === 33) {
      point.value = cursor.double()
      point.valueType = 'double'
    } else if (tag === 42) point.exemplars.push(readExemplar(cursor, cursor.until(end)))
    else if (tag === 49) {
      point.value = cursor.sfixed64()
      point.valueType = 'int'
    } else if (tag === 58) readAttribute(cursor, cursor.until(end), DEPTH + 1, 0, point.attributes, ++count)
    else if (tag === 64) point.flags = cursor.uint32()
    else cursor.skip(tag, end, DEPTH, 0b1_1111_1100)
  }
  cursor.finish(end)
  return point
}

function readHistogram(cursor: Cursor, end: number, place: Place, { temporality }: MetricData): ReceivedMetricPoint {
  const bounds: number[] = []
  const bucketCounts: number[] = []
  const point = { kind: 'histogram' as const, ...common(place), ...distribution(), temporality, bounds, bucketCounts }
  let count = 0
  while (cursor.position < end) {
    const tag = cursor.tag()
    if (tag === 17) point.startTimeUnixNano = cursor.fixed64()
    else if (tag === 25) point.timeUnixNano = cursor.fixed64()
    else if (tag === 33) point.count = cursor.fixed64Number()
    else if (tag === 41) point.sum = cursor.double()
    else if (tag === 50) readPacked(cursor, cursor.until(end), bucketCounts, 'fixed64Number')
    else if (tag === 49) readOne(cursor, bucketCounts, 'fixed64Number')
    else if (tag === 58) readPacked(cursor, cursor.until(end), bounds, 'double')
    else if (tag === 57) readOne(cursor, bounds, 'double')
    else if (tag === 66) point.exemplars.push(readExemplar(cursor, cursor.until(end)))
    else if (tag === 74) readAttribute(cursor, cursor.until(end), DEPTH + 1, 0, point.attributes, ++count)
    else if (tag === 80) point.flags = cursor.uint32()
    else if (tag === 89) point.min = cursor.double()
    else if (tag === 97) point.max = cursor.double()
    else cursor.skip(tag, end, DEPTH, 0b1_1111_1111_1100)
  }
  cursor.finish(end)
  return point
}

function readExponential(cursor: Cursor, end: number, place: Place, { temporality }: MetricData): ReceivedMetricPoint {
  const positive: Buckets = { offset: 0, bucketCounts: [] }
  const negative: Buckets = { offset: 0, bucketCounts: [] }
  const zero = { scale: 0, zeroCount: 0, zeroThreshold: 0 }
  const point = {
    kind: 'exponentialHistogram' as const,
    ...common(place),
    ...distribution(),
    ...zero,
    temporality,
    positive,
    negative,
  }
  let count = 0
  while (cursor.position < end) {
    const tag = cursor.tag()
    if (tag === 10) readAttribute(cursor, cursor.until(end), DEPTH + 1, 0, point.attributes, ++count)
    else if (tag === 17) point.startTimeUnixNano = cursor.fixed64()
    else if (tag === 25) point.timeUnixNano = cursor.fixed64()
    else if (tag === 33) point.count = cursor.fixed64Number()
    else if (tag === 41) point.sum = cursor.double()
    else if (tag === 48) point.scale = cursor.sint32()
    else if (tag === 57) point.zeroCount = cursor.fixed64Number()
    else if (tag === 66) readBuckets(cursor, cursor.until(end), positive)
    else if (tag === 74) readBuckets(cursor, cursor.until(end), negative)
    else if (tag === 80) point.flags = cursor.uint32()
    else if (tag === 90) point.exemplars.push(readExemplar(cursor, cursor.until(end)))
    else if (tag === 97) point.min = cursor.double()
    else if (tag === 105) point.max = cursor.double()
    else if (tag === 113) point.zeroThreshold = cursor.double()
    else cursor.skip(tag, end, DEPTH, 0b111_1111_1111_1110)
  }
  cursor.finish(end)
  return point
}

function readSummary(cursor: Cursor, end: number, place: Place): ReceivedMetricPoint {
  const quantiles: { quantile: number; value: number }[] = []
  const point = { kind: 'summary' as const, ...common(place), count: 0, sum: 0, quantiles }
  let count = 0
  while (cursor.position < end) {
    const tag = cursor.tag()
    if (tag === 17) point.startTimeUnixNano = cursor.fixed64()
    else if (tag === 25) point.timeUnixNano = cursor.fixed64()
    else if (tag === 33) point.count = cursor.fixed64Number()
    else if (tag === 41) point.sum = cursor.double()
    else if (tag === 50) quantiles.push(readQuantile(cursor, cursor.until(end)))
    else if (tag === 58) readAttribute(cursor, cursor.until(end), DEPTH + 1, 0, point.attributes, ++count)
    else if (tag === 64) point.flags = cursor.uint32()
    else cursor.skip(tag, end, DEPTH, 0b1_1111_1100)
  }
  cursor.finish(end)
  return point
}

function readQuantile(cursor: Cursor, end: number): { quantile: number; value: number } {
  cursor.allowance.spend()
  const read = { quantile: 0, value: 0 }
  while (cursor.position < end) {
    const tag = cursor.tag()
    if (tag === 9) read.quantile = cursor.double()
    else if (tag === 17) read.value = cursor.double()
    else cursor.skip(tag, end, DEPTH + 1, 0b110)
  }
  cursor.finish(end)
  return read
}

function readBuckets(cursor: Cursor, end: number, into: Buckets): void {
  while (cursor.position < end) {
    const tag = cursor.tag()
    if (tag === 8) into.offset = cursor.sint32()
    else if (tag === 18) readPacked(cursor, cursor.until(end), into.bucketCounts, 'uint64')
    else if (tag === 16) readOne(cursor, into.bucketCounts, 'uint64')
    else cursor.skip(tag, end, DEPTH + 1, 0b110)
  }
  cursor.finish(end)
}

function readExemplar(cursor: Cursor, end: number): Exemplar {
  cursor.allowance.spend()
  const exemplar: Exemplar = { attributes: {}, timeUnixNano: 0n, value: undefined, traceId: '', spanId: '' }
  let count = 0
  while (cursor.position < end) {
    const tag = cursor.tag()
    if (tag === 17) exemplar.timeUnixNano = cursor.fixed64()
    else if (tag === 25) exemplar.value = cursor.double()
    else if (tag === 34) exemplar.spanId = cursor.id(end)
    else if (tag === 42) exemplar.traceId = cursor.id(end)
    else if (tag === 49) exemplar.value = cursor.sfixed64()
    else if (tag === 58) readAttribute(cursor, cursor.until(end), DEPTH + 2, 0, exemplar.attributes, ++count)
    else cursor.skip(tag, end, DEPTH + 1, 0b1111_1100)
  }
  cursor.finish(end)
  return exemplar
}

type Scalar = 'double' | 'fixed64Number' | 'uint64'

/** Protobuf allows both forms of a list of numbers. */
function readPacked(cursor: Cursor, end: number, into: number[], scalar: Scalar): void {
  while (cursor.position < end) readOne(cursor, into, scalar)
  cursor.finish(end)
}

function readOne(cursor: Cursor, into: number[], scalar: Scalar): void {
  cursor.allowance.spend()
  into.push(cursor[scalar]())
}
