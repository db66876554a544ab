import type { HrTime } from '@opentelemetry/api'
import { AggregationTemporality, type MetricData } from '@opentelemetry/sdk-metrics'
import type { DeliveryCheckpoints } from '../delivery/delivery-checkpoints.ts'
import type { SpoolLoss } from '../spool/spool-loss.ts'
import { joinPoints, MetricPoints } from './metric-points.ts'

export interface MetricIntervalOptions {
  checkpoints: Pick<DeliveryCheckpoints, 'save' | 'confirm'>
  temporality: AggregationTemporality
  /** Makes an OTLP request; `undefined` when none can be made. */
  serialize(metrics: MetricData[]): Uint8Array | undefined
}

/** What was collected at one time, or at several. */
interface Part {
  points: MetricPoints
  /** Of the checkpoint that says so; `undefined` when none does. */
  savedBytes: number | undefined
}

/** After so many checkpoints one takes the place of all of them. */
const MAX_PARTS = 16
/** So does one when those after the first have so many times its size. */
const MAX_GROWTH = 4
/** A smaller first one counts as one of this size, in bytes. */
const MIN_GROWTH_BYTES = 16 * 1024

/**
 * What was measured since the last export. Checkpoints say it on disk, each what was collected since the one before it, so
 * that only what changed is written.
 */
export class MetricInterval {
  private readonly options: MetricIntervalOptions
  private parts: Part[] = []
  /** For cumulative temporality: everything since the start. */
  private readonly totals = new MetricPoints()
  private exported: { points: MetricPoints; endTime: HrTime } | undefined

  constructor(options: MetricIntervalOptions) {
    this.options = options
  }

  /** Takes in what a collection of deltas gave. */
  add(metrics: readonly MetricData[]): void {
    const points = new MetricPoints()
    points.addCollected(metrics)
    if (points.empty) return
    if (this.cumulative) this.totals.add(points)
    const last = this.parts.at(-1)
    if (last === undefined || last.savedBytes !== undefined) this.parts.push({ points, savedBytes: undefined })
    else last.points = joinPoints([last.points, points])
  }

  /** Saves what no checkpoint says. Returns whether checkpoints say everything then. */
  save(): boolean {
    const { checkpoints, serialize } = this.options
    checkpoints.confirm()
    const unsaved = this.parts.filter(({ savedBytes }) => savedBytes === undefined)
    if (unsaved.length === 0) return true
    const replacing = this.replacesAll()
    const points = joinPoints((replacing ? this.parts : unsaved).map(part => part.points))
    const bytes = serialize(this.content(points).toMetrics(this.options.temporality))
    if (bytes === undefined) return false
    const part: Part = { points, savedBytes: bytes.length }
    if (!checkpoints.save(bytes, replacing, reason => this.lost(part, reason))) return false
    this.parts = replacing ? [part] : [...this.parts.filter(({ savedBytes }) => savedBytes !== undefined), part]
    return true
  }

  /** Ends the interval. What it returns is to be handed in at once: the checkpoints are there until then. */
  end(endTime: HrTime): MetricData[] {
    const { checkpoints, temporality } = this.options
    checkpoints.confirm()
    const points = this.cumulative ? this.totals : joinPoints(this.parts.map(part => part.points))
    const metrics = points.toMetrics(temporality, { endTime, after: this.cumulative ? undefined : this.exported })
    this.parts = []
    this.exported = points.empty ? undefined : { points, endTime }
    return metrics
  }

  private get cumulative(): boolean {
    return this.options.temporality === AggregationTemporality.CUMULATIVE
  }

  /** What is said of the series of these points. */
  private content(points: MetricPoints): MetricPoints {
    return this.cumulative ? this.totals.of(points) : points
  }

  private replacesAll(): boolean {
    const [first = 0, ...rest] = this.parts.flatMap(({ savedBytes }) => (savedBytes === undefined ? [] : [savedBytes]))
    const restBytes = rest.reduce((sum, bytes) => sum + bytes, 0)
    return rest.length + 1 >= MAX_PARTS || restBytes > MAX_GROWTH * Math.max(first, MIN_GROWTH_BYTES)
  }

  /** Another process that took a checkpoint over sends it: sums are sent once, totals may be said again. */
  private lost(part: Part, reason: SpoolLoss): void {
    part.savedBytes = undefined
    if (reason !== 'taken-over' || this.cumulative) return
    this.parts = this.parts.filter(other => other !== part)
    this.exported = undefined
  }
}
