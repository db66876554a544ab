import { temporalityOf } from '../enumerations.ts'
import { MalformedRequest } from '../malformed-request.ts'
import type { Allowance } from '../record-limits.ts'
import type { Exemplar, ReceivedMetricPoint, ReceivedResource, ReceivedScope } from '../records.ts'
import { ITEM_DEPTH } from './requests.ts'
import {
  bool,
  double,
  int32,
  int64,
  type Json,
  list,
  object,
  optionalDouble,
  spanId,
  text,
  traceId,
  uint32,
  uint64,
  uint64Number,
} from './scalars.ts'
import { readAttributes } from './values.ts'

const KINDS = ['gauge', 'sum', 'histogram', 'exponentialHistogram', 'summary'] as const
type Kind = (typeof KINDS)[number]
const POINT_DEPTH = ITEM_DEPTH + 2

/** Reads one metric, and calls `visit` for each of its points. */
export function readMetric(
  metric: Json,
  allowance: Allowance,
  resource: ReceivedResource,
  scope: ReceivedScope,
  visit: (point: ReceivedMetricPoint) => void,
): void {
  readAttributes(metric.metadata, allowance, ITEM_DEPTH + 1)
  const place = {
    name: text(metric.name, 'name'),
    description: text(metric.description, 'description'),
    unit: text(metric.unit, 'unit'),
    resource,
    scope,
  }
  const [kind, other] = KINDS.filter(name => metric[name] !== undefined)
  if (other) throw new MalformedRequest(`cannot decode Metric from JSON: it has both ${kind} and ${other}`)
  if (!kind || metric[kind] === null) return
  const data = object(metric[kind], kind)
  const shared = readShared(kind, data)
  for (const one of list(data.dataPoints, 'dataPoints')) {
    allowance.begin()
    const point = object(one, 'dataPoints')
    const common = {
      ...place,
      attributes: readAttributes(point.attributes, allowance, POINT_DEPTH + 1),
      startTimeUnixNano: uint64(point.startTimeUnixNano, 'startTimeUnixNano'),
      timeUnixNano: uint64(point.timeUnixNano, 'timeUnixNano'),
      flags: uint32(point.flags, 'flags'),
      exemplars:
        kind === 'summary' ? [] : list(point.exemplars, 'exemplars').map(item => readExemplar(item, allowance)),
    }
    visit({ kind, ...shared, ...common, ...readPoint(kind, point, allowance) } as ReceivedMetricPoint)
  }
}

function readShared(kind: Kind, data: Json): object {
  if (kind === 'gauge' || kind === 'summary') return {}
  const temporality = temporalityOf(int32(data.aggregationTemporality, 'aggregationTemporality'))
  return kind === 'sum' ? { temporality, monotonic: bool(data.isMonotonic, 'isMonotonic') } : { temporality }
}

function readPoint(kind: Kind, point: Json, allowance: Allowance): object {
  switch (kind) {
    case 'gauge':
    case 'sum':
      return readNumber(point)
    case 'histogram':
      return {
        ...readDistribution(point),
        bounds: numbers(point.explicitBounds, 'explicitBounds', allowance, double),
        bucketCounts: numbers(point.bucketCounts, 'bucketCounts', allowance, uint64Number),
      }
    case 'exponentialHistogram':
      return {
        ...readDistribution(point),
        scale: int32(point.scale, 'scale'),
        zeroCount: uint64Number(point.zeroCount, 'zeroCount'),
        zeroThreshold: double(point.zeroThreshold, 'zeroThreshold'),
        positive: readBuckets(point.positive, 'positive', allowance),
        negative: readBuckets(point.negative, 'negative', allowance),
      }
    case 'summary':
      return {
        count: uint64Number(point.count, 'count'),
        sum: double(point.sum, 'sum'),
        quantiles: list(point.quantileValues, 'quantileValues').map(item => {
          allowance.spend()
          const { quantile, value } = object(item, 'quantileValues')
          return { quantile: double(quantile, 'quantile'), value: double(value, 'value') }
        }),
      }
  }
}

function readNumber(point: Json): { value: number | bigint | undefined; valueType: 'int' | 'double' | undefined } {
  const { asInt, asDouble } = point
  const isInt = asInt !== undefined && asInt !== null
  if (asDouble === undefined || asDouble === null) {
    return isInt ? { value: int64(asInt, 'asInt'), valueType: 'int' } : { value: undefined, valueType: undefined }
  }
  if (isInt) throw new MalformedRequest('cannot decode a point from JSON: it has both asInt and asDouble')
  return { value: double(asDouble, 'asDouble'), valueType: 'double' }
}

function readDistribution(point: Json): object {
  return {
    count: uint64Number(point.count, 'count'),
    sum: optionalDouble(point.sum, 'sum'),
    min: optionalDouble(point.min, 'min'),
    max: optionalDouble(point.max, 'max'),
  }
}

function readBuckets(value: unknown, field: string, allowance: Allowance): { offset: number; bucketCounts: number[] } {
  if (value === undefined || value === null) return { offset: 0, bucketCounts: [] }
  const { offset, bucketCounts } = object(value, field)
  return {
    offset: int32(offset, 'offset'),
    bucketCounts: numbers(bucketCounts, 'bucketCounts', allowance, uint64Number),
  }
}

function readExemplar(item: unknown, allowance: Allowance): Exemplar {
  allowance.spend()
  const exemplar = object(item, 'exemplars')
  return {
    attributes: readAttributes(exemplar.filteredAttributes, allowance, POINT_DEPTH + 2),
    timeUnixNano: uint64(exemplar.timeUnixNano, 'timeUnixNano'),
    value: readNumber(exemplar).value,
    traceId: traceId(exemplar.traceId),
    spanId: spanId(exemplar.spanId),
  }
}

function numbers(
  value: unknown,
  field: string,
  allowance: Allowance,
  read: (value: unknown, field: string) => number,
): number[] {
  return list(value, field).map(item => {
    allowance.spend()
    if (item === null) throw new MalformedRequest(`cannot decode ${field} from JSON: an element is null`)
    return read(item, field)
  })
}
