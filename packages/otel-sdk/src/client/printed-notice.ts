import type { TelemetryOptions } from '@codex/otel-api'
import { setImmediate } from './platform-timers.ts'
import { swallowRejection } from './swallow-rejection.ts'

/**
 * Makes what calls the application's listener once for all lines that were printed within a turn of the event loop, and never
 * while the process ends. The listener is read once, with its options as `this`.
 */
export function createPrintedNotice(options: Pick<TelemetryOptions, 'onPrinted'>): (() => void) | undefined {
  const { onPrinted } = options
  if (typeof onPrinted !== 'function') return undefined
  let scheduled = false
  const call = (): void => {
    scheduled = false
    try {
      swallowRejection(onPrinted.call(options))
    } catch {
      // The application answers for what its listener throws.
    }
  }
  return () => {
    if (!scheduled) setImmediate(call)
    scheduled = true
  }
}
