import type { InstrumentKind } from '../../catalogue/instrument.ts'
import type { Tags } from './metric-names.ts'

/** One metric with one combination of tags. */
export interface Series {
  readonly id: number
  readonly name: string
  readonly kind: InstrumentKind
  /** `undefined`: what is past the budget. */
  readonly tags: Tags | undefined
  /** Added up since the start. */
  total: number
  /** The buffer's: which worker knows it. */
  knownTo: number
  /** The buffer's: the batch that holds it last, and where. */
  batch: number
  slot: number
}

/** Takes measurements that were checked. Called for each: cheap. */
export interface MeasurementSink {
  add(series: Series, value: number): void
}
