import type { Diagnostic, TelemetryHealth } from '@codex/otel-api'
import { bySignal } from '../catalogue/signals.ts'
import type { ProcessFacts } from '../protocol/messages.ts'
import { createExitBudget } from './exit-budget.ts'
import { addExitHook, type ExitPhase } from './exit-hooks.ts'
import { attributeLeftOut, createInvalidReports, eventDropped } from './invalid-reports.ts'
import { createLossLedger } from './loss-ledger.ts'
import { openMetrics } from './metrics/open-metrics.ts'
import type { MetricTarget } from './metrics/session-metrics.ts'
import { createOutbox, type Outbox } from './outbox.ts'
import type { ParsedContext } from './spans/trace-context.ts'
import { createTracer, type Tracer } from './spans/tracer.ts'
import { createWorkerLink, type WorkerLinkOptions } from './worker-link.ts'

/** Carries events and measurements from the application's thread to the worker, and counts them. */
export interface Pipeline {
  readonly outbox: Outbox
  /** Absent where metrics are not exported. */
  readonly metrics: MetricTarget | undefined
  /** Absent where spans are not exported. */
  readonly tracer: Tracer | undefined
  /** Counts an event that cannot be recorded, and reports it once for each name. */
  invalidEvent(name: unknown, problem: string): void
  /** Reports an attribute of the application's that is left out, once for each name. */
  invalidAttribute(name: string, problem: string): void
  /** Hands over what was learnt of the process. */
  learn(facts: ProcessFacts): void
  flush(timeoutMs: number): Promise<boolean>
  shutdown(timeoutMs: number): Promise<boolean>
  health(): TelemetryHealth
}

export interface PipelineOptions
  extends Pick<WorkerLinkOptions, 'start' | 'source' | 'thread' | 'watchdogLimits' | 'onPrinted'> {
  /** Calls the application's listener, outside of every change of state. */
  report(diagnostic: Diagnostic): void
  /** Calls that listener now with the diagnostics reported so far. */
  deliverReports?(): void
  /** The place in another program's trace that this process works in. */
  traceParent?: ParsedContext | undefined
  /** Bytes on their way to the worker past which new events are dropped. Default: 256 MiB, about 250,000 of 500 characters. */
  maxBacklogBytes?: number
}

const MAX_BACKLOG_BYTES = 256 * 1024 * 1024

/** Has the worker started. */
export function createPipeline(options: PipelineOptions): Pipeline {
  const {
    start,
    source,
    thread,
    watchdogLimits,
    onPrinted,
    report,
    deliverReports = () => {},
    maxBacklogBytes = MAX_BACKLOG_BYTES,
  } = options
  const losses = createLossLedger()
  let closing: Promise<boolean> | undefined
  /** Set once the process is at its end, where no later turn of the event loop comes. */
  let exit: 'exiting' | 'ends' | undefined
  let flushing: { upTo: number; timeoutMs: number; promise: Promise<boolean> } | undefined

  const link = createWorkerLink({
    start,
    source,
    thread,
    watchdogLimits,
    onPrinted,
    onLost: losses.drop,
    onRestart: () => metrics?.measurements.redefineAll(),
    events: () => outbox,
    onDiagnostic(signal, diagnostic) {
      losses.failed(signal, diagnostic)
      const { cause: _, ...reported } = diagnostic
      report(reported)
    },
  })

  const outbox = createOutbox({
    hasRoom: bytes => link.hasRoom(bytes, maxBacklogBytes),
    onDropped(count, signal) {
      losses.drop(signal, 'queue-full', count)
      const records = signal === 'traces' ? 'spans' : 'events'
      const message = `${count} ${records} were dropped: too many are waiting to be exported`
      report({ severity: 'warning', code: `${records}-dropped`, message })
    },
    onLate: signal => losses.drop(signal, 'after-shutdown', 1),
    takes: () => link.takes,
    onLost: signal => losses.drop(signal, 'worker-crashed', 1),
    onChunk: link.postChunk,
    onWritten: link.wrote,
    onWrittenAtOnce() {
      if (exit !== undefined) leave(exit)()
    },
  })

  const metrics =
    start.config.metrics === undefined
      ? undefined
      : openMetrics({
          metricsIntervalMs: start.config.metricsIntervalMs,
          spools: start.config.spool.enabled,
          maxBytes: maxBacklogBytes,
          backlogBytes: link.backlogBytes,
          losses,
          report,
          post(message) {
            if (closing !== undefined || exit === 'ends') losses.drop('metrics', 'after-shutdown', message.count)
            else if (!link.post(message)) losses.drop('metrics', 'worker-crashed', message.count)
          },
        })

  const tracer =
    start.config.traces === undefined
      ? undefined
      : createTracer({
          tracing: start.config.tracing,
          outbox,
          parent: options.traceParent,
          onTooMany: () => losses.drop('traces', 'span-limit', 1),
        })

  /** Hands over everything that was recorded so far. */
  const post = (): void => {
    outbox.post()
    metrics?.measurements.post()
  }
  const endTurns = (): void => {
    for (const turn of metrics?.openTurns ?? []) turn.end()
    tracer?.endAll()
  }

  const { shutdownTimeoutMs } = start.config
  const budget = createExitBudget(shutdownTimeoutMs)
  const leave = (phase: ExitPhase): (() => void) =>
    phase === 'ends' || phase === 'exiting'
      ? budget.spend(link.leave(budget.leftMs, phase))
      : link.leave(phase === 'may-end-unseen' ? 0 : shutdownTimeoutMs, phase)
  const removeExitHook = addExitHook({
    leave(phase) {
      if (phase === 'ends') endTurns()
      post()
      if (phase === 'ends' || phase === 'exiting') {
        exit = phase
        outbox.postAtOnce()
      }
      const wait = leave(phase)
      return () => {
        wait()
        deliverReports()
      }
    },
  })

  return {
    outbox,
    metrics,
    tracer,
    invalidEvent: createInvalidReports(eventDropped, message => {
      losses.drop('logs', 'invalid', 1)
      if (message !== undefined) report({ severity: 'warning', code: 'event-invalid', message })
    }),
    invalidAttribute: createInvalidReports(attributeLeftOut, message => {
      if (message !== undefined) report({ severity: 'warning', code: 'attribute-invalid', message })
    }),
    learn: link.learn,
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
        removeExitHook()
        await link.terminate()
        return delivered
      })
      return closing
    },
    health(): TelemetryHealth {
      outbox.post()
      // What will not be sent any more is counted at once.
      if (closing !== undefined || exit === 'ends') metrics?.measurements.post()
      return bySignal(signal => losses.complete(signal, link.health(signal)))
    },
  }
}
