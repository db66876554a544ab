import { ValueType } from '@opentelemetry/api'
import { AggregationTemporality, DataPointType, type MetricData } from '@opentelemetry/sdk-metrics'
import { beforeEach, describe, expect, it } from 'vitest'
import type { SpoolLoss } from '../spool/spool-loss.ts'
import { MetricInterval } from './metric-interval.ts'

type Said = [name: string, value: unknown, fromSeconds: number, toSeconds: number]

const descriptor = (name: string) => ({ name, description: '', unit: '', valueType: ValueType.INT })
const times = (from: number, to: number) => ({
  startTime: [from, 0] as [number, number],
  endTime: [to, 0] as [number, number],
})

/** A collection of sums that were recorded between two times. */
const sums = (values: Record<string, number>, from: number, to: number): MetricData[] =>
  Object.entries(values).map(([name, value]) => ({
    descriptor: descriptor(name),
    aggregationTemporality: AggregationTemporality.DELTA,
    dataPointType: DataPointType.SUM,
    isMonotonic: true,
    dataPoints: [{ attributes: {}, ...times(from, to), value }],
  }))

const histogram = (counts: number[], sum: number, min: number, max: number, from: number, to: number): MetricData => ({
  descriptor: descriptor('h'),
  aggregationTemporality: AggregationTemporality.DELTA,
  dataPointType: DataPointType.HISTOGRAM,
  dataPoints: [
    {
      attributes: { a: 1 },
      ...times(from, to),
      value: { buckets: { boundaries: [1, 2], counts }, count: counts.reduce((a, b) => a + b), sum, min, max },
    },
  ],
})

const said = (metrics: readonly MetricData[]): Said[] =>
  metrics.flatMap(({ descriptor: { name }, dataPoints }) =>
    dataPoints.map(({ value, startTime, endTime }): Said => [name, value, startTime[0], endTime[0]]),
  )

describe('what was measured since the last export', () => {
  /** The checkpoints that are there, as the spool would have them. */
  let checkpoints: Said[][]
  let losers: ((reason: SpoolLoss) => void)[]
  let full: boolean

  beforeEach(() => {
    checkpoints = []
    losers = []
    full = false
  })

  function start(temporality = AggregationTemporality.DELTA): MetricInterval {
    return new MetricInterval({
      temporality,
      serialize: metrics => Buffer.from(JSON.stringify(said(metrics))),
      checkpoints: {
        confirm() {},
        save(bytes, replacing, onLost) {
          if (full) return false
          if (replacing) {
            checkpoints.length = 0
            losers.length = 0
          }
          checkpoints.push(JSON.parse(Buffer.from(bytes).toString()))
          losers.push(onLost)
          return true
        },
      },
    })
  }

  it('is saved in checkpoints, each of what changed since the one before, and exported as one point a series', () => {
    const interval = start()
    interval.add(sums({ a: 1, b: 1 }, 10, 11))
    expect(interval.save()).toBe(true)
    interval.add(sums({ a: 2 }, 11, 12))
    interval.save()
    interval.add(sums({ c: 5 }, 12, 13))
    expect(checkpoints).toEqual([
      [
        ['a', 1, 10, 11],
        ['b', 1, 10, 11],
      ],
      [['a', 2, 11, 12]],
    ])
    expect(said(interval.end([14, 0]))).toEqual([
      ['a', 3, 10, 14],
      ['b', 1, 10, 14],
      ['c', 5, 12, 14],
    ])
  })

  it('begins, for a series of the export before, where that one ended', () => {
    const interval = start()
    interval.add(sums({ a: 1 }, 10, 11))
    interval.end([20, 0])
    interval.add(sums({ a: 1, b: 1 }, 25, 26))
    expect(said(interval.end([30, 0]))).toEqual([
      ['a', 1, 20, 30],
      ['b', 1, 25, 30],
    ])
    expect(interval.end([40, 0])).toEqual([])
  })

  it('adds up the buckets of histograms, and the least and largest value', () => {
    const interval = start()
    interval.add([histogram([1, 0, 2], 10, 0, 5, 1, 2)])
    interval.save()
    interval.add([histogram([0, 3, 1], 12, 1.5, 8, 2, 3)])
    expect(said(interval.end([4, 0]))).toEqual([
      ['h', { buckets: { boundaries: [1, 2], counts: [1, 3, 3] }, count: 7, sum: 22, min: 0, max: 8 }, 1, 4],
    ])
  })

  it('is saved as one checkpoint in place of sixteen', () => {
    const interval = start()
    for (let i = 0; i < 16; i++) {
      interval.add(sums({ a: 1 }, i, i + 1))
      interval.save()
    }
    expect(checkpoints).toHaveLength(16)
    interval.add(sums({ a: 1 }, 16, 17))
    interval.save()
    expect(checkpoints).toEqual([[['a', 17, 0, 17]]])
  })

  it('is saved later where it could not be saved, in one checkpoint', () => {
    const interval = start()
    full = true
    for (let i = 0; i < 3; i++) {
      interval.add(sums({ a: 1 }, i, i + 1))
      expect(interval.save()).toBe(false)
    }
    full = false
    expect(interval.save()).toBe(true)
    expect(checkpoints).toEqual([[['a', 3, 0, 3]]])
    expect(said(interval.end([4, 0]))).toEqual([['a', 3, 0, 4]])
  })

  it('is left to another process that took it over, and saved again where a checkpoint was deleted', () => {
    const interval = start()
    for (let i = 0; i < 3; i++) {
      interval.add(sums({ a: 10 ** i }, i, i + 1))
      interval.save()
    }
    losers[0]?.('taken-over')
    losers[1]?.('deleted')
    checkpoints = []
    interval.save()
    expect(checkpoints).toEqual([[['a', 10, 1, 2]]])
    expect(said(interval.end([4, 0]))).toEqual([['a', 110, 2, 4]])
  })

  it('is, with cumulative temporality, saved as the totals of what changed and exported as all totals', () => {
    const interval = start(AggregationTemporality.CUMULATIVE)
    interval.add(sums({ a: 1, b: 1 }, 1, 2))
    interval.save()
    expect(said(interval.end([3, 0]))).toEqual([
      ['a', 1, 1, 3],
      ['b', 1, 1, 3],
    ])
    interval.add(sums({ a: 4 }, 4, 5))
    interval.save()
    losers[1]?.('taken-over')
    expect(checkpoints[1]).toEqual([['a', 5, 1, 5]])
    expect(said(interval.end([6, 0]))).toEqual([
      ['a', 5, 1, 6],
      ['b', 1, 1, 6],
    ])
  })
})
