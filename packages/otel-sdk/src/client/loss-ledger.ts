import type { DropReason, SignalHealth } from '@codex/otel-api'
import { visibleText } from '@codex/otel-api/visible-text'
import { bySignal, type CarriedSignal } from '../catalogue/signals.ts'
import type { WorkerDiagnostic } from '../protocol/messages.ts'
import { addDropped } from './signal-health.ts'

/** Counts the losses that happen on the application's thread, where the worker cannot, and keeps the last failure. */
export interface LossLedger {
  drop(signal: CarriedSignal, reason: DropReason, count: number): void
  /** Keeps why something failed; a report of dropped records does not hide the failure that made them drop. */
  failed(signal: CarriedSignal, diagnostic: WorkerDiagnostic): void
  /** Adds the losses and the last failure to what the worker counted. */
  complete(signal: CarriedSignal, counted: SignalHealth): SignalHealth
}

export function createLossLedger(): LossLedger {
  const dropped = bySignal<Partial<Record<DropReason, number>>>(() => ({}))
  const lastError = bySignal<string | undefined>(() => undefined)
  return {
    drop(signal, reason, count) {
      if (count > 0) dropped[signal][reason] = (dropped[signal][reason] ?? 0) + count
    },
    failed(signal, { code, cause, message }) {
      // `health()` counts the losses; `lastError` holds no count that could differ from them.
      const error = visibleText(cause ?? message)
      if (code !== 'events-dropped') lastError[signal] = error
      else lastError[signal] ??= error
    },
    complete(signal, counted) {
      const error = lastError[signal]
      return {
        ...counted,
        dropped: addDropped(counted.dropped, dropped[signal]),
        ...(error === undefined ? {} : { lastError: error }),
      }
    },
  }
}
