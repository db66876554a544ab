/** How the measurements under one name are added up. */
export type InstrumentKind = 'counter' | 'histogram' | 'duration'

/** What an instrument says of itself on the wire. */
export interface InstrumentForm {
  readonly unit: string
  readonly description: string
  /** Upper limits of the buckets; `undefined` for a sum. */
  readonly bounds: readonly number[] | undefined
}

/** Dashboards made for Codex expect exactly these. */
const DURATION_BOUNDS: readonly number[] = [
  0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 1250, 1500, 1750, 2000, 2250, 2500, 3000, 3500, 4000, 4500, 5000,
  6000, 7000, 7500, 8000, 9000, 10000, 12000, 15000, 20000, 30000, 60000, 120000,
]
/** The default of OpenTelemetry. */
const DEFAULT_BOUNDS: readonly number[] = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000]

export const INSTRUMENT_FORMS: Readonly<Record<InstrumentKind, InstrumentForm>> = {
  counter: { unit: '', description: '', bounds: undefined },
  histogram: { unit: '', description: '', bounds: DEFAULT_BOUNDS },
  duration: { unit: 'ms', description: 'Duration in milliseconds.', bounds: DURATION_BOUNDS },
}

/** A histogram of milliseconds is one of durations, whichever way it is recorded. */
export const histogramKind = (name: string): InstrumentKind => (name.endsWith('_ms') ? 'duration' : 'histogram')

/** Each combination of tags is a series; what comes past so many of one metric is added up in one that says so. */
export const SERIES_BUDGET = 2000

/** The tag of that series, as OpenTelemetry has it. */
export const OVERFLOW_TAG = 'otel.metric.overflow'

/** A `histogram` call takes every distribution. */
export const fits = (call: InstrumentKind, kind: InstrumentKind): boolean =>
  call === kind || (call === 'histogram' && kind === 'duration')

/** Both tests are false for what is no number at all. */
export const isMeasurement = (kind: InstrumentKind, value: number): boolean =>
  (kind === 'counter' ? Number.isSafeInteger(value) : Number.isFinite(value)) && value >= 0

export const valueProblem = (kind: InstrumentKind): string =>
  kind === 'counter' ? 'an increment is a whole number, not negative' : 'a value is a finite number, not negative'
