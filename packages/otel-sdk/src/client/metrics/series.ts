import type { InstrumentKind } from '../../catalogue/instrument.ts'
import type { Tags } from './metric-names.ts'

/** One metric with one combination of tags. */
export interface Series {
  readonly id: number
  readonly name: string
  readonly kind: InstrumentKind
  /** `undefined` in the series that takes what is past the budget. */
  readonly tags: Tags | undefined
  /** Added up since the start. */
  total: number
  /** Kept by the buffer: which worker knows the series. */
  knownTo: number
  /** Kept by the buffer: the last batch that holds the series, and where. */
  batch: number
  slot: number
}

/** Takes checked measurements. It is called for each of them, so it is cheap. */
export interface MeasurementSink {
  add(series: Series, value: number): void
}
