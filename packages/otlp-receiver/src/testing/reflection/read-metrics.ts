import type { OtlpMessage } from '../../codec/otlp-messages.ts'
import type { Exemplar, ReceivedMetricPoint, Temporality } from '../../codec/records.ts'
import { exactInteger, readAttributes, readId, readResource, readScope } from './attributes.ts'

type Metric = OtlpMessage<'Metric'>
type Place = Pick<ReceivedMetricPoint, 'name' | 'description' | 'unit' | 'resource' | 'scope'>
type DataPoint = Pick<OtlpMessage<'NumberDataPoint'>, 'attributes' | 'startTimeUnixNano' | 'timeUnixNano' | 'flags'> & {
  exemplars?: OtlpMessage<'Exemplar'>[]
}
type Common = Place &
  Pick<ReceivedMetricPoint, 'attributes' | 'startTimeUnixNano' | 'timeUnixNano' | 'flags' | 'exemplars'>

const TEMPORALITIES = ['unspecified', 'delta', 'cumulative'] as const

/** Reads a request into one entry for each data point. */
export function readMetrics(request: OtlpMessage<'ExportMetricsServiceRequest'>): ReceivedMetricPoint[] {
  const points: ReceivedMetricPoint[] = []
  for (const resourceMetrics of request.resourceMetrics) {
    const resource = readResource(resourceMetrics.resource, resourceMetrics.schemaUrl)
    for (const scopeMetrics of resourceMetrics.scopeMetrics) {
      const scope = readScope(scopeMetrics.scope, scopeMetrics.schemaUrl)
      for (const metric of scopeMetrics.metrics) {
        const { name, description, unit } = metric
        for (const point of readPoints(metric, { name, description, unit, resource, scope })) points.push(point)
      }
    }
  }
  return points
}

function readPoints({ data }: Metric, place: Place): ReceivedMetricPoint[] {
  switch (data.case) {
    case 'gauge':
      return data.value.dataPoints.map(p => ({ kind: 'gauge', ...common(place, p), ...numberValue(p) }))
    case 'sum': {
      const temporality = readTemporality(data.value.aggregationTemporality)
      const monotonic = data.value.isMonotonic
      return data.value.dataPoints.map(p => ({
        kind: 'sum',
        ...common(place, p),
        temporality,
        monotonic,
        ...numberValue(p),
      }))
    }
    case 'histogram': {
      const temporality = readTemporality(data.value.aggregationTemporality)
      return data.value.dataPoints.map(p => ({
        kind: 'histogram',
        ...common(place, p),
        temporality,
        ...distribution(p),
        bounds: p.explicitBounds,
        bucketCounts: p.bucketCounts.map(Number),
      }))
    }
    case 'exponentialHistogram': {
      const temporality = readTemporality(data.value.aggregationTemporality)
      return data.value.dataPoints.map(p => ({
        kind: 'exponentialHistogram',
        ...common(place, p),
        temporality,
        ...distribution(p),
        scale: p.scale,
        zeroCount: Number(p.zeroCount),
        zeroThreshold: p.zeroThreshold,
        positive: buckets(p.positive),
        negative: buckets(p.negative),
      }))
    }
    case 'summary':
      return data.value.dataPoints.map(p => ({
        kind: 'summary',
        ...common(place, p),
        count: Number(p.count),
        sum: p.sum,
        quantiles: p.quantileValues.map(({ quantile, value }) => ({ quantile, value })),
      }))
    default:
      return []
  }
}

function common(place: Place, point: DataPoint): Common {
  return {
    ...place,
    attributes: readAttributes(point.attributes),
    startTimeUnixNano: point.startTimeUnixNano,
    timeUnixNano: point.timeUnixNano,
    flags: point.flags,
    exemplars: (point.exemplars ?? []).map(readExemplar),
  }
}

function readExemplar(exemplar: OtlpMessage<'Exemplar'>): Exemplar {
  return {
    attributes: readAttributes(exemplar.filteredAttributes),
    timeUnixNano: exemplar.timeUnixNano,
    value: numberValue(exemplar).value,
    traceId: readId(exemplar.traceId),
    spanId: readId(exemplar.spanId),
  }
}

function numberValue({ value }: Pick<OtlpMessage<'NumberDataPoint'>, 'value'>): {
  value: number | bigint | undefined
  valueType: 'int' | 'double' | undefined
} {
  if (value.case === 'asInt') return { value: exactInteger(value.value), valueType: 'int' }
  if (value.case === 'asDouble') return { value: value.value, valueType: 'double' }
  return { value: undefined, valueType: undefined }
}

function distribution(
  point: Pick<OtlpMessage<'HistogramDataPoint'>, 'count' | 'sum' | 'min' | 'max'>,
): Record<'sum' | 'min' | 'max', number | undefined> & { count: number } {
  return { count: Number(point.count), sum: point.sum, min: point.min, max: point.max }
}

function buckets(from: OtlpMessage<'Buckets'> | undefined): { offset: number; bucketCounts: number[] } {
  return { offset: from?.offset ?? 0, bucketCounts: (from?.bucketCounts ?? []).map(Number) }
}

function readTemporality(number: number): Temporality {
  return TEMPORALITIES[number] ?? 'unspecified'
}
