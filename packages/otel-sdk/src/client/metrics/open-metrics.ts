import type { Diagnostic } from '@codex/otel-api'
import type { MeasurementsMessage } from '../../protocol/messages.ts'
import { createInvalidReports, eventMeasurementsDropped } from '../invalid-reports.ts'
import type { LossLedger } from '../loss-ledger.ts'
import { createMeasurementBuffer, type MeasurementBuffer } from './measurement-buffer.ts'
import { createMetricRegistry } from './metric-registry.ts'
import type { MetricTarget } from './session-metrics.ts'

/** Measurements wait this long for others, in milliseconds, and are then in a checkpoint: they go out once a minute by default. */
const CHECKPOINT_INTERVAL_MS = 1000

export interface OpenMetricsOptions {
  metricsIntervalMs: number
  /** Whether the worker keeps on disk what it could not send. */
  spools: boolean
  /** Of measurements on their way to the worker. */
  maxBytes: number
  backlogBytes(): number
  losses: Pick<LossLedger, 'drop'>
  report(diagnostic: Diagnostic): void
  post(message: MeasurementsMessage): void
}

/** The metrics of a process that exports them. */
export interface OpenMetrics extends MetricTarget {
  readonly measurements: MeasurementBuffer
}

export function openMetrics(options: OpenMetricsOptions): OpenMetrics {
  const { metricsIntervalMs, spools, maxBytes, backlogBytes, losses, report, post } = options
  // Measurements that wait for the worker and then for the export are exported as soon as a checkpoint would be written.
  const saves = spools && 2 * metricsIntervalMs > CHECKPOINT_INTERVAL_MS
  const measurements = createMeasurementBuffer({
    delayMs: saves ? CHECKPOINT_INTERVAL_MS : metricsIntervalMs,
    // Without a spool they stay here, where a crash of the worker leaves them, until the worker is to export them.
    checkpoints: saves || !spools,
    maxBytes,
    backlogBytes,
    onDropped(count) {
      losses.drop('metrics', 'queue-full', count)
      const message = `${count} measurements were dropped: too many are waiting to be exported`
      report({ severity: 'warning', code: 'measurements-dropped', message })
    },
    post,
  })
  const onInvalid = (message: string | undefined): void => {
    losses.drop('metrics', 'invalid', 1)
    if (message !== undefined) report({ severity: 'warning', code: 'metric-invalid', message })
  }
  return {
    measurements,
    openTurns: new Set(),
    onInvalidEvent: createInvalidReports(eventMeasurementsDropped, onInvalid),
    registry: createMetricRegistry({
      sink: measurements,
      onInvalid,
      onOverflow: message => report({ severity: 'warning', code: 'metric-overflow', message }),
    }),
  }
}
