import type { Attributes, HrTime } from '@opentelemetry/api'
import {
  type AggregationTemporality,
  type DataPoint,
  DataPointType,
  type Histogram,
  type HistogramMetricData,
  type MetricData,
  type SumMetricData,
} from '@opentelemetry/sdk-metrics'

/** What an application can record comes to these two. */
type Stream = SumMetricData | HistogramMetricData
type Point = DataPoint<number> | DataPoint<Histogram>

interface StreamPoints {
  stream: Stream
  /** By the attributes. */
  points: Map<string, Point>
}

/** When points begin and end that are exported together. */
export interface PointTimes {
  endTime: HrTime
  /** Points of these series begin where the export with them ended. */
  after?: { points: MetricPoints; endTime: HrTime } | undefined
}

/** Data points, one for each series, that others can be added to. A point that is here never changes. */
export class MetricPoints {
  private readonly streams = new Map<string, StreamPoints>()

  get empty(): boolean {
    return this.streams.size === 0
  }

  /** Adds what a collection of deltas gave. */
  addCollected(metrics: readonly MetricData[]): void {
    for (const metric of metrics) {
      if (metric.dataPointType !== DataPointType.SUM && metric.dataPointType !== DataPointType.HISTOGRAM) continue
      for (const point of metric.dataPoints) this.addPoint(streamKey(metric), metric, attributesKey(point), point)
    }
  }

  add(others: MetricPoints): void {
    for (const [key, { stream, points }] of others.streams) {
      for (const [attributes, point] of points) this.addPoint(key, stream, attributes, point)
    }
  }

  /** The points here of the series that `others` has. */
  of(others: MetricPoints): MetricPoints {
    const found = new MetricPoints()
    for (const [key, { stream, points }] of others.streams) {
      for (const attributes of points.keys()) {
        const point = this.point(key, attributes)
        if (point !== undefined) found.addPoint(key, stream, attributes, point)
      }
    }
    return found
  }

  /** As the SDK exports points; by default each with the times that it has. */
  toMetrics(aggregationTemporality: AggregationTemporality, times?: PointTimes): MetricData[] {
    return [...this.streams].map(([key, { stream, points }]) => {
      const dataPoints = [...points].map(([attributes, point]) => {
        if (times === undefined) return point
        const { after, endTime } = times
        const begun = after?.points.point(key, attributes) !== undefined
        return { ...point, endTime, ...(begun ? { startTime: after?.endTime } : {}) }
      })
      return { ...stream, aggregationTemporality, dataPoints } as Stream
    })
  }

  private point(key: string, attributes: string): Point | undefined {
    return this.streams.get(key)?.points.get(attributes)
  }

  private addPoint(key: string, stream: Stream, attributes: string, point: Point): void {
    const known: StreamPoints = this.streams.get(key) ?? { stream, points: new Map() }
    this.streams.set(key, known)
    const before = known.points.get(attributes)
    known.points.set(attributes, before === undefined ? point : sum(before, point))
  }
}

/** Those of all of them. */
export function joinPoints(all: readonly MetricPoints[]): MetricPoints {
  const [only] = all
  if (only !== undefined && all.length === 1) return only
  const joined = new MetricPoints()
  for (const points of all) joined.add(points)
  return joined
}

/** Two metrics may share a name: see `open` of the signal. */
const streamKey = ({ dataPointType, descriptor }: Stream): string =>
  `${dataPointType} ${descriptor.unit} ${descriptor.name}`

/** The SDK hands out the object that a series was first recorded with, each time. */
const keys = new WeakMap<Attributes, string>()

function attributesKey({ attributes }: Point): string {
  let key = keys.get(attributes)
  if (key === undefined) {
    key = JSON.stringify(Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1)))
    keys.set(attributes, key)
  }
  return key
}

/** Of two points of one series; the earlier one first. */
function sum(earlier: Point, later: Point): Point {
  const { attributes, startTime } = earlier
  const { endTime } = later
  if (typeof earlier.value === 'number' || typeof later.value === 'number') {
    return { attributes, startTime, endTime, value: Number(earlier.value) + Number(later.value) }
  }
  return { attributes, startTime, endTime, value: sumOfHistograms(earlier.value, later.value) }
}

function sumOfHistograms(one: Histogram, other: Histogram): Histogram {
  const { boundaries, counts } = one.buckets
  return {
    buckets: { boundaries, counts: counts.map((count, i) => count + (other.buckets.counts[i] ?? 0)) },
    count: one.count + other.count,
    ...(one.sum === undefined || other.sum === undefined ? {} : { sum: one.sum + other.sum }),
    ...extreme('min', Math.min, one.min, other.min),
    ...extreme('max', Math.max, one.max, other.max),
  }
}

function extreme(
  name: 'min' | 'max',
  of: (one: number, other: number) => number,
  one: number | undefined,
  other: number | undefined,
): Partial<Histogram> {
  if (one === undefined || other === undefined) return {}
  return { [name]: of(one, other) }
}
