import type { Diagnostic } from '@codex/otel-api'
import { visibleText } from '@codex/otel-api/visible-text'
import { queueMicrotask, setImmediate } from './platform-timers.ts'
import { swallowRejection } from './swallow-rejection.ts'

/**
 * Calls the application's listener after the change of state that a diagnostic is about, never in the middle of it: the
 * listener may call any method of the telemetry.
 */
export interface DiagnosticQueue {
  /** Keeps a diagnostic for the end of the current turn. Never throws. */
  report(diagnostic: Diagnostic): void
  /** Calls the listener now with what was reported so far: at the exit of the process no later turn comes. */
  deliver(): void
}

export function createDiagnosticQueue(listener: ((diagnostic: Diagnostic) => void) | undefined): DiagnosticQueue {
  let waiting: Diagnostic[] = []
  let scheduled = false
  let delivering = false

  const deliver = (): void => {
    scheduled = false
    if (delivering) return
    delivering = true
    const reported = waiting
    waiting = []
    for (const diagnostic of reported) {
      try {
        swallowRejection(listener?.(diagnostic))
      } catch {
        // The application answers for what its listener throws.
      }
    }
    delivering = false
  }

  return {
    report(diagnostic) {
      if (listener === undefined) return
      waiting.push({ ...diagnostic, message: visibleText(diagnostic.message) })
      if (scheduled) return
      scheduled = true
      // Diagnostics that the listener itself causes wait for another turn of the loop: they would otherwise hold the thread for ever.
      if (delivering) setImmediate(deliver)
      else queueMicrotask(deliver)
    },
    deliver,
  }
}
