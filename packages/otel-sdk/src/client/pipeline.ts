import type { Diagnostic, DropReason, SignalHealth, TelemetryHealth, UserIdentity } from '@codex/otel-api'
import type { ToWorker } from '../protocol/messages.ts'
import { monotonicMs } from '../protocol/monotonic-ms.ts'
import type { CarriedSignal } from '../protocol/shared-state.ts'
import { addExitHook, type ExitPhase } from './exit-hooks.ts'
import { createMeasurementBuffer } from './metrics/measurement-buffer.ts'
import { createMetricRegistry } from './metrics/metric-registry.ts'
import type { MetricTarget } from './metrics/session-metrics.ts'
import { createOutbox, type Outbox } from './outbox.ts'
import { setTimeout } from './platform-timers.ts'
import { addDropped } from './signal-health.ts'
import { createWorkerLink, type WorkerLinkOptions } from './worker-link.ts'

/** The way of events and measurements from the application's thread to the worker, and what is known of those on it. */
export interface Pipeline {
  readonly outbox: Outbox
  readonly metrics: MetricTarget
  /** Counts an event that could not be read. */
  lostUnreadable(): void
  /** Says whom `user_id` of metrics stands for. */
  identify(identity: UserIdentity): void
  flush(timeoutMs: number): Promise<boolean>
  shutdown(timeoutMs: number): Promise<boolean>
  health(): TelemetryHealth
}

export interface PipelineOptions extends Pick<WorkerLinkOptions, 'start' | 'source'> {
  report(diagnostic: Diagnostic): void
  /** Bytes on their way to the worker past which new events are dropped. Default: 256 MiB, about 250,000 of 500 characters. */
  maxBacklogBytes?: number
}

const MAX_BACKLOG_BYTES = 256 * 1024 * 1024
/** Measurements wait this long for others, in milliseconds: they go out once a minute by default. */
const MEASUREMENT_DELAY_MS = 1000

const TERMINATE_TIMEOUT_MS = 1000

/** Has the worker started. */
export function createPipeline(options: PipelineOptions): Pipeline {
  const { start, source, report, maxBacklogBytes = MAX_BACKLOG_BYTES } = options
  const dropped: Record<CarriedSignal, Partial<Record<DropReason, number>>> = { logs: {}, metrics: {} }
  const lastError: Partial<Record<CarriedSignal, string>> = {}
  let closing: Promise<boolean> | undefined
  /** Set once the process is at its end, where no later turn of the event loop comes. */
  let exit: 'exiting' | 'ends' | undefined
  let flushing: { upTo: number; timeoutMs: number; promise: Promise<boolean> } | undefined

  const drop = (signal: CarriedSignal, reason: DropReason, count: number): void => {
    if (count > 0) dropped[signal][reason] = (dropped[signal][reason] ?? 0) + count
  }

  const link = createWorkerLink({
    start,
    source,
    onLost: drop,
    onRestart() {
      outbox.announceAgain()
      measurements.announceAgain()
    },
    onDiagnostic(signal, { cause, ...diagnostic }) {
      // `health()` counts the losses; `lastError` holds no count that could differ from them.
      const error = cause ?? diagnostic.message
      if (diagnostic.code !== 'events-dropped') lastError[signal] = error
      else lastError[signal] ??= error
      report(diagnostic)
    },
  })

  const outbox = createOutbox({
    maxBytes: maxBacklogBytes,
    backlogBytes: link.backlogBytes,
    onDropped(count) {
      drop('logs', 'queue-full', count)
      const message = `${count} events were dropped: too many are waiting to be exported`
      report({ severity: 'warning', code: 'events-dropped', message })
    },
    onLate: () => drop('logs', 'after-shutdown', 1),
    post(message: ToWorker) {
      if (message.type !== 'events') return
      if (!link.post(message)) drop('logs', 'worker-crashed', message.events.length)
      else if (exit !== undefined) leave(exit)()
    },
  })

  const measurements = createMeasurementBuffer({
    delayMs: Math.min(MEASUREMENT_DELAY_MS, start.config.metricsIntervalMs),
    maxBytes: maxBacklogBytes,
    backlogBytes: link.backlogBytes,
    onDropped(count) {
      drop('metrics', 'queue-full', count)
      const message = `${count} measurements were dropped: too many are waiting to be exported`
      report({ severity: 'warning', code: 'measurements-dropped', message })
    },
    post(message) {
      if (closing !== undefined || exit === 'ends') drop('metrics', 'after-shutdown', message.count)
      else if (!link.post(message)) drop('metrics', 'worker-crashed', message.count)
    },
  })
  const metrics: MetricTarget = {
    openTurns: new Set(),
    space: createMetricRegistry({
      sink: measurements,
      onInvalid(message) {
        drop('metrics', 'invalid', 1)
        if (message !== undefined) report({ severity: 'warning', code: 'metric-invalid', message })
      },
      onOverflow: message => report({ severity: 'warning', code: 'metric-overflow', message }),
    }),
  }

  /** Hands over everything that was recorded so far. */
  const post = (): void => {
    outbox.post()
    measurements.post()
  }
  const endTurns = (): void => {
    for (const turn of metrics.openTurns) turn.end()
  }

  const { shutdownTimeoutMs } = start.config
  /** However often something is handed over at the exit, it costs the budget once. */
  let exitBudgetMs = shutdownTimeoutMs
  const leave = (how: ExitPhase): (() => void) => {
    if (how === 'stays' || how === 'may-end') return link.leave(shutdownTimeoutMs, how)
    const sinceMs = monotonicMs()
    const wait = link.leave(exitBudgetMs, how)
    return () => {
      wait()
      exitBudgetMs = Math.max(0, exitBudgetMs - (monotonicMs() - sinceMs))
    }
  }
  const stayed = addExitHook({
    leave(how) {
      if (how === 'ends') endTurns()
      post()
      if (how === 'ends' || how === 'exiting') {
        exit = how
        outbox.postAtOnce()
      }
      return leave(how)
    },
  })

  return {
    outbox,
    metrics,
    lostUnreadable: () => drop('logs', 'invalid', 1),
    identify: link.identify,
    flush(timeoutMs) {
      if (closing !== undefined) return closing
      post()
      // A flush that is under way covers this call too, unless something was emitted since it began. One that may take
      // another time shares the work in the worker, not the answer.
      if (flushing?.upTo === link.postedRecords && flushing.timeoutMs === timeoutMs) return flushing.promise
      const promise = link.request('flush', timeoutMs)
      const current = { upTo: link.postedRecords, timeoutMs, promise }
      flushing = current
      void promise.then(() => {
        if (flushing === current) flushing = undefined
      })
      return promise
    },
    shutdown(timeoutMs) {
      if (closing !== undefined) return closing
      endTurns()
      post()
      outbox.close()
      closing = link.request('shutdown', timeoutMs).then(async delivered => {
        stayed()
        // A thread that hangs in the operating system cannot be ended; nobody waits for it.
        await Promise.race([link.terminate(), delay(TERMINATE_TIMEOUT_MS)])
        return delivered
      })
      return closing
    },
    health(): TelemetryHealth {
      outbox.post()
      // What will not be sent any more is counted at once.
      if (closing !== undefined || exit === 'ends') measurements.post()
      const of = (signal: CarriedSignal): SignalHealth => {
        const health = link.health(signal)
        const error = lastError[signal]
        return {
          ...health,
          dropped: addDropped(health.dropped, dropped[signal]),
          ...(error === undefined ? {} : { lastError: error }),
        }
      }
      return { logs: of('logs'), metrics: of('metrics') }
    },
  }
}

const delay = (timeoutMs: number): Promise<void> =>
  new Promise(resolve => {
    setTimeout(resolve, timeoutMs).unref()
  })
