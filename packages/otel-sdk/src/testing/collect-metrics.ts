import { INSTRUMENT_FORMS, OVERFLOW_TAG } from '../catalogue/instrument.ts'
import type { MeasurementSink, Series } from '../client/metrics/series.ts'
import { sanitizeMetricName, sanitizeTags } from '../content/sanitize-tags.ts'
import type { Scrubber } from '../content/secrets/scrub.ts'

interface Collected {
  readonly name: string
  readonly unit: string
  /** Those of the session included, scrubbed. */
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

export function collectMetrics(scrubber: Scrubber): MetricCollection {
  const recorded = new Map<Series, Recorded>()
  return {
    add(series, value) {
      const known = recorded.get(series)
      if (known !== undefined) return void known.values.push(value)
      const name = sanitizeMetricName(series.name, scrubber)
      recorded.set(series, { name, kind: series.kind, tags: sanitizeTags(tagsOf(series), scrubber), values: [value] })
    },
    snapshot: () => [...recorded.values()].map(collected),
    clear: () => recorded.clear(),
  }
}

type Tags = Readonly<Record<string, string>>
type Recorded = Pick<Series, 'name' | 'kind'> & { tags: Tags; values: number[] }

const tagsOf = ({ tags }: Series): Tags => (tags === undefined ? { [OVERFLOW_TAG]: 'true' } : Object.fromEntries(tags))

function collected({ name, kind, tags, values }: Recorded): CollectedMetric {
  const { unit, bounds } = INSTRUMENT_FORMS[kind]
  const common = { name, unit, tags }
  const sum = values.reduce((total, value) => total + value, 0)
  if (bounds === undefined) return { ...common, kind: 'counter', value: sum }
  return { ...common, kind: 'histogram', count: values.length, sum, values: [...values], bounds }
}
