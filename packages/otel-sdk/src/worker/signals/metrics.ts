import type { UserIdentity } from '@codex/otel-api'
import { ValueType } from '@opentelemetry/api'
import { AggregationTemporality, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { INSTRUMENT_FORMS, SERIES_BUDGET } from '../../catalogue/instrument.ts'
import type { FindPatterns } from '../../content/patterns/find-patterns.ts'
import { sanitizeMetricName, sanitizeTags } from '../../content/sanitize-tags.ts'
import type { SeriesDescription, WorkerStart } from '../../protocol/messages.ts'
import { openSharedState, SignalSlot, signalSlot } from '../../protocol/shared-state.ts'
import type { Delivery } from '../delivery/delivery.ts'
import { userIdHash } from '../identity/user-id-hash.ts'
import { configuredScrubber } from './configured-scrubber.ts'
import { createMetricExporter } from './metric-exporter.ts'
import { metricResource, withUser } from './resource.ts'
import type { SignalPipeline } from './signal-pipeline.ts'

/** Metrics, from measurements to requests. */
export interface MetricSignal extends SignalPipeline {
  /**
   * Adds up `count` measurements: pairs of a series' id and a value, the increments of a sum already added up. `series`
   * describes each series at its first measurement.
   */
  record(series: readonly SeriesDescription[], values: Float64Array, count: number): void
  /** Sets the user that `user_id` names from the next export on; the first usable identity stays. */
  identify(identity: UserIdentity): void
}

const SCOPE = 'codex'
/** In one request; a histogram of durations is about 700 bytes. */
const MAX_POINTS = 512

type Record = (value: number) => void

export function createMetricSignal(
  start: WorkerStart,
  delivery: Delivery,
  findPatterns: FindPatterns | undefined,
): MetricSignal {
  const { metricsIntervalMs, metricsTemporality } = start.config
  const scrubber = configuredScrubber(start.config.content, findPatterns)
  const system = metricResource(start, scrubber)
  let userId = userIdHash(start.identity ?? {})
  let resource = withUser(system, userId)
  const shared = openSharedState(start.shared)
  let recorded = 0
  const exporter = createMetricExporter({
    delivery,
    temporality: metricsTemporality === 'delta' ? AggregationTemporality.DELTA : AggregationTemporality.CUMULATIVE,
    resource: () => resource,
    onCollected: () => Atomics.store(shared, signalSlot('metrics', SignalSlot.collected), recorded),
  })
  const reader = new PeriodicExportingMetricReader({
    exporter,
    exportIntervalMillis: metricsIntervalMs,
    maxExportBatchSize: MAX_POINTS,
    cardinalityLimits: { default: SERIES_BUDGET },
  })
  const meter = new MeterProvider({ readers: [reader] }).getMeter(SCOPE)
  const instruments = new Map<string, (value: number, attributes: SeriesDescription['attributes']) => void>()
  const records: Record[] = []

  function open({ id, name: given, kind, attributes }: SeriesDescription): void {
    const name = sanitizeMetricName(given, scrubber)
    // Two names that hold secrets may be one without them, and yet of two kinds.
    const key = `${kind} ${name}`
    let instrument = instruments.get(key)
    if (instrument === undefined) {
      const { unit, description, bounds } = INSTRUMENT_FORMS[kind]
      if (bounds === undefined) {
        const counter = meter.createCounter(name, { valueType: ValueType.INT })
        instrument = (value, tags) => counter.add(value, tags)
      } else {
        const advice = { explicitBucketBoundaries: [...bounds] }
        const histogram = meter.createHistogram(name, { unit, description, advice })
        instrument = (value, tags) => histogram.record(value, tags)
      }
      instruments.set(key, instrument)
    }
    const record = instrument
    const scrubbed = sanitizeTags(attributes, scrubber)
    records[id] = value => record(value, scrubbed)
  }

  return {
    record(series, values, count) {
      recorded = (recorded + count) | 0
      for (const description of series) open(description)
      Atomics.store(shared, signalSlot('metrics', SignalSlot.scrubbed), scrubber.count)
      for (let i = 0; i < values.length; i += 2) records[values[i] as number]?.(values[i + 1] as number)
    },
    identify(identity) {
      if (userId !== undefined) return
      userId = userIdHash(identity)
      resource = withUser(system, userId)
    },
    async journal() {},
    ready: () => delivery.ready(),
    async flush(timeoutMs, leaving) {
      await reader.forceFlush()
      return delivery.flush(timeoutMs, leaving)
    },
    async end(timeoutMs) {
      await reader.shutdown()
      return delivery.flushForExit(timeoutMs)
    },
  }
}
