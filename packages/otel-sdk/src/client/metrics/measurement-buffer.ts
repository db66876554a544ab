import { OVERFLOW_TAG } from '../../catalogue/instrument.ts'
import type { MeasurementsMessage, SeriesDescription } from '../../protocol/messages.ts'
import { clearTimeout, setTimeout } from '../platform-timers.ts'
import type { MeasurementSink, Series } from './series.ts'

/** Collects measurements on the application's thread and hands them over in batches. */
export interface MeasurementBuffer extends MeasurementSink {
  /** Hands over what was collected, now: to be exported. */
  post(): void
  /** The worker was replaced and knows no series: the next message defines those that are waiting again. */
  redefineAll(): void
}

export interface MeasurementBufferOptions {
  post(message: MeasurementsMessage): void
  /** How long a measurement waits at most, in milliseconds. */
  delayMs: number
  /** Whether the worker is to write a checkpoint at the end of each such time, or to export without a spool. */
  checkpoints: boolean
  /** Bytes that were posted and that the worker has not yet taken in. */
  backlogBytes(): number
  /** Past this many bytes on their way, measurements are dropped. */
  maxBytes: number
  onDropped(count: number): void
}

const CAPACITY = 2048
/** An upper bound for a series, in bytes. */
const SERIES_BYTES = 512

/** Two numbers for each value; the increments of a sum are added up on the spot. */
export function createMeasurementBuffer(options: MeasurementBufferOptions): MeasurementBuffer {
  const values = new Float64Array(2 * CAPACITY)
  const defined: Series[] = []
  let unknown: Series[] = []
  let used = 0
  let count = 0
  let batch = 0
  let generation = 0
  let timer: NodeJS.Timeout | undefined

  const define = (series: Series): void => {
    series.knownTo = generation
    defined[series.id] = series
    unknown.push(series)
  }

  const post = (checkpoint: boolean): void => {
    if (used === 0 && !checkpoint) return
    const bytes = used * 8 + unknown.length * SERIES_BYTES
    const message: MeasurementsMessage = {
      type: 'measurements',
      series: unknown.map(describe),
      values: values.slice(0, used),
      count,
      checkpoint,
      bytes,
    }
    unknown = []
    used = 0
    count = 0
    batch++
    if (options.backlogBytes() + bytes <= options.maxBytes) options.post(message)
    else {
      generation++
      options.onDropped(message.count)
    }
  }

  // What a full buffer handed over meanwhile is in the checkpoint as well: it waits for this, too.
  const timeIsOver = (): void => {
    timer = undefined
    post(options.checkpoints)
  }

  return {
    add(series, value) {
      count++
      if (series.batch === batch && series.kind === 'counter') {
        values[series.slot] = (values[series.slot] as number) + value
        return
      }
      if (series.knownTo !== generation) define(series)
      values[used] = series.id
      values[used + 1] = value
      series.batch = batch
      series.slot = used + 1
      used += 2
      timer ??= setTimeout(timeIsOver, options.delayMs).unref()
      if (used === values.length) post(false)
    },
    post() {
      clearTimeout(timer)
      timer = undefined
      post(false)
    },
    redefineAll() {
      generation++
      unknown = []
      for (let i = 0; i < used; i += 2) {
        const series = defined[values[i] as number] as Series
        if (series.knownTo !== generation) define(series)
      }
    },
  }
}

function describe({ id, name, kind, tags }: Series): SeriesDescription {
  return { id, name, kind, attributes: tags === undefined ? { [OVERFLOW_TAG]: true } : Object.fromEntries(tags) }
}
