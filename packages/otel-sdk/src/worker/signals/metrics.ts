import { ValueType } from '@opentelemetry/api'
import { ProtobufMetricsSerializer } from '@opentelemetry/otlp-transformer'
import { AggregationTemporality, MeterProvider, type MetricData, MetricReader } from '@opentelemetry/sdk-metrics'
import { INSTRUMENT_FORMS, SERIES_BUDGET } from '../../catalogue/instrument.ts'
import type { FindPatterns } from '../../content/patterns/find-patterns.ts'
import { sanitizeMetricName, sanitizeTags } from '../../content/sanitize-tags.ts'
import type { ProcessFacts, SeriesDescription, WorkerStart } from '../../protocol/messages.ts'
import { openSharedState, SignalSlot, signalSlot } from '../../protocol/shared-state.ts'
import type { RequestSink } from '../delivery/request-sink.ts'
import { userIdHash } from '../identity/user-id-hash.ts'
import { hrTime } from '../otlp/hr-time.ts'
import { configuredScrubber } from './configured-scrubber.ts'
import { MetricInterval } from './metric-interval.ts'
import { metricResource, withUser } from './resource.ts'
import type { SignalPipeline } from './signal-pipeline.ts'

/** Metrics, from measurements to requests. */
export interface MetricSignal extends SignalPipeline {
  /**
   * Adds up `count` measurements: pairs of a series' id and a value, the increments of a sum already added up. `series`
   * describes each series at its first measurement.
   */
  record(series: readonly SeriesDescription[], values: Float64Array, count: number): void
  /** Writes what was recorded since the last export to disk; exports it where the spool is off. Never rejects. */
  checkpoint(): Promise<void>
  /** Takes what was learnt of the process from the next export on; the first usable identity stays. */
  learn(facts: ProcessFacts): void
}

const SCOPE = { name: 'codex' }

type Record = (value: number) => void

export function createMetricSignal(
  start: WorkerStart,
  delivery: RequestSink,
  findPatterns: FindPatterns | undefined,
): MetricSignal {
  const { metricsIntervalMs, metricsTemporality } = start.config
  const scrubber = configuredScrubber(start.config.content, findPatterns)
  let system = metricResource(start, scrubber)
  let userId = userIdHash(start.identity ?? {})
  let resource = withUser(system, userId)
  const shared = openSharedState(start.shared)
  let recorded = 0
  /** Of these, those that are in the interval or in a request. */
  let collected = 0
  const serialize = (metrics: MetricData[]): Uint8Array | undefined => {
    try {
      return ProtobufMetricsSerializer.serializeRequest({ resource, scopeMetrics: [{ scope: SCOPE, metrics }] })
    } catch {
      return undefined
    }
  }
  const interval = new MetricInterval({
    checkpoints: delivery.checkpoints,
    temporality: metricsTemporality === 'delta' ? AggregationTemporality.DELTA : AggregationTemporality.CUMULATIVE,
    serialize,
  })
  const reader = new DeltaReader()
  const meter = new MeterProvider({ readers: [reader] }).getMeter(SCOPE.name)
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

  /** Measurements that come during a collection are none of it. */
  let afterCollection: (() => void)[] | undefined
  function add(series: readonly SeriesDescription[], values: Float64Array, count: number): void {
    recorded = (recorded + count) | 0
    for (const description of series) open(description)
    Atomics.store(shared, signalSlot('metrics', SignalSlot.scrubbed), scrubber.count)
    for (let i = 0; i < values.length; i += 2) records[values[i] as number]?.(values[i + 1] as number)
  }

  /** Moves what was measured from the SDK into the interval. */
  async function collect(): Promise<void> {
    const waiting: (() => void)[] = []
    afterCollection = waiting
    try {
      const { resourceMetrics } = await reader.collect()
      collected = recorded
      interval.add(resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics))
    } finally {
      afterCollection = undefined
      for (const record of waiting) record()
    }
  }

  /** Shares the count of collected measurements with the client: from now on they are not lost with the worker. */
  const publishCollected = (): void => {
    Atomics.store(shared, signalSlot('metrics', SignalSlot.collected), collected)
  }

  async function exportInterval(): Promise<void> {
    await collect()
    const metrics = interval.end(hrTime(Date.now()))
    if (metrics.length > 0) {
      const bytes = serialize(metrics)
      if (bytes === undefined || delivery.accept(bytes) === 0) delivery.refuse(countPoints(metrics))
    }
    publishCollected()
  }

  async function saveCheckpoint(): Promise<void> {
    if (!start.config.spool.enabled) {
      // The next export by the clock is a whole interval away from this one.
      timer.refresh()
      return exportInterval()
    }
    if (!delivery.checkpoints.possible) return
    await collect()
    if (interval.save()) publishCollected()
  }

  let working: Promise<void> = Promise.resolve()
  const next = (work: () => Promise<void>): Promise<void> => {
    // Nothing of it throws; should it, what comes after it is done all the same.
    working = working.then(work).catch(() => {})
    return working
  }
  const timer = setInterval(() => void next(exportInterval), metricsIntervalMs).unref()

  return {
    record(series, values, count) {
      if (afterCollection === undefined) add(series, values, count)
      else afterCollection.push(() => add(series, values, count))
    },
    checkpoint: () => next(saveCheckpoint),
    learn({ serviceName, identity }) {
      if (serviceName !== undefined) system = metricResource({ ...start, serviceName }, scrubber)
      userId ??= userIdHash(identity ?? {})
      resource = withUser(system, userId)
    },
    async journal() {},
    ready: () => delivery.ready(),
    async flush(timeoutMs, leaving) {
      await next(exportInterval)
      return delivery.flush(timeoutMs, leaving)
    },
    async end(timeoutMs) {
      clearInterval(timer)
      await next(exportInterval)
      return delivery.flushForExit(timeoutMs)
    },
  }
}

const countPoints = (metrics: readonly MetricData[]): number =>
  metrics.reduce((sum, { dataPoints }) => sum + dataPoints.length, 0)

/** Collects when it is asked to: what was measured since the collection before. */
class DeltaReader extends MetricReader {
  constructor() {
    super({
      aggregationTemporalitySelector: () => AggregationTemporality.DELTA,
      cardinalitySelector: () => SERIES_BUDGET,
    })
  }

  protected async onForceFlush(): Promise<void> {}

  protected async onShutdown(): Promise<void> {}
}
