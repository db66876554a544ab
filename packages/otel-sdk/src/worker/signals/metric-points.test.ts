import { type Attributes, ValueType } from '@opentelemetry/api'
import { AggregationTemporality, DataPointType, type MetricData } from '@opentelemetry/sdk-metrics'
import { describe, expect, it } from 'vitest'
import { joinPoints, MetricPoints } from './metric-points.ts'

/** A collection of one sum, recorded from one second to another. */
const sum = (name: string, attributes: Attributes, value: number, from: number, to: number): MetricData => ({
  descriptor: { name, description: '', unit: '', valueType: ValueType.INT },
  aggregationTemporality: AggregationTemporality.DELTA,
  dataPointType: DataPointType.SUM,
  isMonotonic: true,
  dataPoints: [{ attributes, value, startTime: [from, 0], endTime: [to, 0] }],
})

function pointsOf(...metrics: MetricData[]): MetricPoints {
  const points = new MetricPoints()
  points.addCollected(metrics)
  return points
}

/** The points, each as its name, value, first and last second. */
const read = (metrics: readonly MetricData[]): unknown[] =>
  metrics.flatMap(({ descriptor, dataPoints }) =>
    dataPoints.map(({ value, startTime, endTime }) => [descriptor.name, value, startTime[0], endTime[0]]),
  )
const all = (points: MetricPoints): unknown[] => read(points.toMetrics(AggregationTemporality.DELTA))

describe('metric points', () => {
  it('of one series are added up, whatever the order of its attributes', () => {
    const points = pointsOf(sum('a', { x: 1, y: 2 }, 3, 10, 11), sum('a', { y: 2, x: 1 }, 4, 11, 12))
    expect(all(points)).toEqual([['a', 7, 10, 12]])
  })

  it('of other attributes, and under another name, are other series', () => {
    const points = pointsOf(sum('a', { x: 1 }, 1, 10, 11), sum('a', { x: 2 }, 2, 10, 11), sum('b', { x: 1 }, 3, 10, 11))
    expect(all(points)).toEqual([
      ['a', 1, 10, 11],
      ['a', 2, 10, 11],
      ['b', 3, 10, 11],
    ])
  })

  it('that were handed out do not change when others are added', () => {
    const points = pointsOf(sum('a', {}, 1, 10, 11))
    const before = points.toMetrics(AggregationTemporality.DELTA)
    points.add(pointsOf(sum('a', {}, 2, 11, 12)))
    expect(read(before)).toEqual([['a', 1, 10, 11]])
    expect(all(points)).toEqual([['a', 3, 10, 12]])
  })

  it('joined from several parts leave the parts as they are', () => {
    const parts = [pointsOf(sum('a', {}, 1, 10, 11)), pointsOf(sum('a', {}, 2, 11, 12), sum('b', {}, 5, 11, 12))]
    expect(all(joinPoints(parts))).toEqual([
      ['a', 3, 10, 12],
      ['b', 5, 11, 12],
    ])
    expect(parts.map(all)).toEqual([
      [['a', 1, 10, 11]],
      [
        ['a', 2, 11, 12],
        ['b', 5, 11, 12],
      ],
    ])
  })

  it('of the series that others have are found with their own values', () => {
    const totals = pointsOf(sum('a', { x: 1 }, 10, 10, 20), sum('a', { x: 2 }, 20, 10, 20), sum('b', {}, 30, 10, 20))
    const changed = pointsOf(sum('a', { x: 2 }, 1, 19, 20), sum('c', {}, 1, 19, 20))
    expect(all(totals.of(changed))).toEqual([['a', 20, 10, 20]])
  })

  it('exported together end at one time, and begin where the export before with their series ended', () => {
    const points = pointsOf(sum('a', {}, 1, 21, 22), sum('b', {}, 2, 23, 24))
    const after = { points: pointsOf(sum('a', {}, 9, 10, 11)), endTime: [20, 0] as [number, number] }
    const metrics = points.toMetrics(AggregationTemporality.DELTA, { endTime: [30, 0], after })
    expect(read(metrics)).toEqual([
      ['a', 1, 20, 30],
      ['b', 2, 23, 30],
    ])
  })
})
