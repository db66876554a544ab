import {
  fits,
  histogramKind,
  type InstrumentKind,
  isMeasurement,
  SERIES_BUDGET,
  valueProblem,
} from '../../catalogue/instrument.ts'
import { METRICS } from '../../catalogue/metric-table.ts'
import { createInvalidReports, measurementDropped } from '../invalid-reports.ts'
import { showName } from '../show-name.ts'
import { type GivenTags, MAX_TAGS, nameProblem, ownTags, readTags, type Tags, withCommon } from './metric-names.ts'
import type { MeasurementSink, Series } from './series.ts'
import { TagTree, ValueTree } from './tag-tree.ts'

/** Measurements with tags in common: those of a session, or none. */
export interface MetricScope {
  /** Takes a measurement of the application's, and checks it. Never throws. */
  record(kind: InstrumentKind, name: string, value: number, tags?: GivenTags): void
  /** Takes a measurement of the library's. Its tags are made to fit, so that each is counted; a value that is no number is dropped. */
  recordOwn(kind: InstrumentKind, name: string, value: number, tags?: GivenTags): void
  /** Counts something of the library's, and takes its duration; `values` are the values of the keys. Default of `amount`: 1. */
  recordPair(pair: MetricPair, values: readonly unknown[], durationMs: number | undefined, amount?: number): void
}

/** A sum and a distribution with the same tags. */
export interface MetricPair {
  readonly counter?: string
  readonly duration?: string
  readonly keys: readonly string[]
}

/** All metrics of a process. */
export interface MetricRegistry {
  /** The scope with these tags, made to fit; the same one for the same tags. */
  scope(tags: Readonly<Record<string, unknown>>): MetricScope
  /** No measurement of the application's may have one of these ids as a tag's value. */
  refuseValues(ids: readonly (string | undefined)[]): void
}

export interface MetricRegistryOptions {
  sink: MeasurementSink
  /** A measurement was dropped; called with a message once for each name. */
  onInvalid(message: string | undefined): void
  /** A metric used up its series. */
  onOverflow(message: string): void
  /** The names that were reported. Default: a set of its own. */
  reported?: Set<string>
}

interface Instrument {
  readonly name: string
  readonly kind: InstrumentKind
  readonly series: Map<string, Series>
  overflow: Series | undefined
}

const MAX_INSTRUMENTS = 1000
const MAX_SCOPES = 1000
/** The identities of the latest sessions. */
const MAX_IDENTITIES = 3000
/** A sum goes over the wire as a whole number, which is exact up to here. */
const MAX_SUM = Number.MAX_SAFE_INTEGER
/** Small enough that no sum of such values is infinite. */
const MAX_HISTOGRAM_SUM = Number.MAX_VALUE / 2
/** One place is kept for the series that takes what is past the budget. */
const MAX_SERIES = SERIES_BUDGET - 1

export function createMetricRegistry(options: MetricRegistryOptions): MetricRegistry {
  const { sink, reported = new Set<string>() } = options
  const instruments = new Map<string, Instrument>()
  const scopes = new Map<string, MetricScope>()
  const identities = new Set<string>()
  let nextId = 0

  for (const [name, { kind }] of Object.entries(METRICS)) openInstrument(name, kind)

  function openInstrument(name: string, kind: InstrumentKind): Instrument {
    const instrument: Instrument = { name, kind, series: new Map(), overflow: undefined }
    instruments.set(name, instrument)
    return instrument
  }

  function openSeries({ name, kind }: Instrument, tags: Tags | undefined): Series {
    return { id: nextId++, name, kind, tags, total: 0, knownTo: -1, batch: -1, slot: 0 }
  }

  function seriesOf(instrument: Instrument, tags: Tags): Series {
    const key = JSON.stringify(tags)
    let series = instrument.series.get(key)
    if (series !== undefined) return series
    if (instrument.series.size < MAX_SERIES) {
      // Read again from the key: a value that is a part of a longer text would keep all of that text in memory.
      series = openSeries(instrument, JSON.parse(key) as Tags)
      instrument.series.set(key, series)
      return series
    }
    instrument.overflow ??= openSeries(instrument, undefined)
    const report = `overflow of ${instrument.name}`
    if (!reported.has(report)) {
      reported.add(report)
      options.onOverflow(
        `the metric ${showName(instrument.name)} has more than ${MAX_SERIES} combinations of tags; the others are added up in one`,
      )
    }
    return instrument.overflow
  }

  const invalid = createInvalidReports(measurementDropped, message => options.onInvalid(message), reported)

  function add(series: Series, value: number): void {
    const total = series.total + value
    if (total > (series.kind === 'counter' ? MAX_SUM : MAX_HISTOGRAM_SUM)) {
      invalid(series.name, 'its sum would be larger than a number can tell')
      return
    }
    series.total = total
    sink.add(series, value)
  }

  /** Takes a measurement whose series is not known yet, or which is not valid. */
  function resolve(kind: InstrumentKind, name: string, tags: Tags | string): Series | undefined {
    const problem = nameProblem(name) ?? (typeof tags === 'string' ? tags : undefined)
    if (problem !== undefined) {
      invalid(name, problem)
      return undefined
    }
    const known = instruments.get(name)
    if (known === undefined && instruments.size >= MAX_INSTRUMENTS) {
      invalid(name, `there are ${MAX_INSTRUMENTS} metrics already`)
      return undefined
    }
    const instrument = known ?? openInstrument(name, kind === 'histogram' ? histogramKind(name) : kind)
    if (!fits(kind, instrument.kind)) {
      invalid(name, `it is a ${instrument.kind}, not a ${kind}`)
      return undefined
    }
    return seriesOf(instrument, tags as Tags)
  }

  function openScope(common: Tags): MetricScope {
    const own = new TagTree()
    const given = new TagTree()
    const pairs = new ValueTree<MetricPair, { counter: Series | undefined; duration: Series | undefined }>()
    return {
      record(kind, name, value, tags) {
        if (!isMeasurement(kind, value)) return invalid(name, valueProblem(kind))
        let series = given.find(name, tags)
        if (series === 'too-many') return invalid(name, `it has more than ${MAX_TAGS} tags`)
        if (series === undefined || !fits(kind, series.kind)) {
          series = resolve(kind, name, withCommon(common, readTags(tags, identities)))
          if (series === undefined) return
          if (series.tags !== undefined) given.insert(name, tags, series)
        }
        add(series, value)
      },
      recordOwn(kind, name, value, tags) {
        if (!isMeasurement(kind, value)) return
        let series = own.find(name, tags)
        if (series === undefined || series === 'too-many') {
          series = resolve(kind, name, withCommon(common, ownTags(tags ?? {})))
          if (series === undefined) return
          if (series.tags !== undefined) own.insert(name, tags, series)
        }
        add(series, value)
      },
      recordPair(pair, values, durationMs, amount = 1) {
        let series = pairs.find(pair, values)
        if (series === undefined) {
          const tags = withCommon(common, ownTags(Object.fromEntries(pair.keys.map((key, i) => [key, values[i]]))))
          series = {
            counter: pair.counter === undefined ? undefined : resolve('counter', pair.counter, tags),
            duration: pair.duration === undefined ? undefined : resolve('duration', pair.duration, tags),
          }
          const overflows = [series.counter, series.duration].some(of => of !== undefined && of.tags === undefined)
          if (!overflows) pairs.insert(pair, values, series)
        }
        if (series.counter !== undefined) add(series.counter, amount)
        if (series.duration !== undefined && durationMs !== undefined) add(series.duration, durationMs)
      },
    }
  }

  return {
    scope(tags) {
      const common = ownTags(tags)
      const key = JSON.stringify(common)
      let scope = scopes.get(key)
      if (scope === undefined) {
        scope = openScope(JSON.parse(key) as Tags)
        if (scopes.size < MAX_SCOPES) scopes.set(key, scope)
      }
      return scope
    },
    refuseValues(ids) {
      for (const id of ids) if (id !== undefined) identities.add(id)
      for (const oldest of identities) {
        if (identities.size <= MAX_IDENTITIES) break
        identities.delete(oldest)
      }
    },
  }
}
