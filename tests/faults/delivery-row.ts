import type { TestContext } from 'vitest'

/** What one case came to; the results page is made of these. */
export interface DeliveryRow {
  section: string
  case: string
  by: 'codex-otel' | 'OpenTelemetry SDK'
  over: 'HTTP' | 'gRPC'
  sent: number
  /** Different events that arrived before the process had ended. */
  arrived: number
  /** Records on disk then; `undefined` for what has no spool. */
  left?: number | undefined
  /** Different events that had arrived when the next run had ended; `undefined` where there is none. */
  afterNext?: number | undefined
  /** Events that arrived more than once, all in all. */
  twice: number
  /** From the moment the process began to leave to its end. */
  leaveMs?: number | undefined
  /** The codes of what it said, or the reasons of what it counted as lost. */
  said: readonly string[]
}

declare module 'vitest' {
  interface TaskMeta {
    delivery?: DeliveryRow[]
    /** Sentences for the results page, under the section's table. */
    deliveryNotes?: { section: string; text: string }[]
  }
}

/** Puts a row on the results page. */
export function record({ task }: Pick<TestContext, 'task'>, row: DeliveryRow): void {
  task.meta.delivery = [...(task.meta.delivery ?? []), row]
}

/** Puts a sentence on the results page. */
export function remark({ task }: Pick<TestContext, 'task'>, section: string, text: string): void {
  task.meta.deliveryNotes = [...(task.meta.deliveryNotes ?? []), { section, text }]
}
