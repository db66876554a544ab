import { INSTRUMENT_FORMS, OVERFLOW_TAG } from '../metrics/instrument.ts'
import type { MeasurementSink, Series } from '../metrics/series.ts'

interface Collected {
  readonly name: string
  readonly unit: string
  /** Those of the session included. */
  readonly tags: Readonly<Record<string, string>>
}

export interface CollectedCounter extends Collected {
  readonly kind: 'counter'
  readonly value: number
}

export interface CollectedHistogram extends Collected {
  readonly kind: 'histogram'
  readonly count: number
  readonly sum: number
  /** In the order of recording. */
  readonly values: readonly number[]
  /** Upper limits of the buckets. */
  readonly bounds: readonly number[]
}

/** A metric with one combination of tags, as a collector would get it. */
export type CollectedMetric = CollectedCounter | CollectedHistogram

/** Adds measurements up on the spot. */
export interface MetricCollection extends MeasurementSink {
  snapshot(): CollectedMetric[]
  clear(): void
}

export function collectMetrics(): MetricCollection {
  const recorded = new Map<Series, number[]>()
  return {
    add(series, value) {
      const values = recorded.get(series)
      if (values === undefined) recorded.set(series, [value])
      else values.push(value)
    },
    snapshot: () => [...recorded].map(([series, values]) => collected(series, values)),
    clear: () => recorded.clear(),
  }
}

function collected({ name, kind, tags }: Series, values: readonly number[]): CollectedMetric {
  const { unit, bounds } = INSTRUMENT_FORMS[kind]
  const common = { name, unit, tags: tags === undefined ? { [OVERFLOW_TAG]: 'true' } : Object.fromEntries(tags) }
  const sum = values.reduce((total, value) => total + value, 0)
  if (bounds === undefined) return { ...common, kind: 'counter', value: sum }
  return { ...common, kind: 'histogram', count: values.length, sum, values: [...values], bounds }
}
