import { monotonicMs } from '../protocol/monotonic-ms.ts'

/** The time that the exit of the process may wait for the worker, in sum over all waits. */
export interface ExitBudget {
  /** Milliseconds that are left. */
  readonly leftMs: number
  /** Returns `wait` with a clock: the time from this call to the end of the wait is taken out of the budget. */
  spend(wait: () => void): () => void
}

export function createExitBudget(totalMs: number, nowMs: () => number = monotonicMs): ExitBudget {
  let leftMs = totalMs
  return {
    get leftMs() {
      return leftMs
    },
    spend(wait) {
      const sinceMs = nowMs()
      return () => {
        wait()
        leftMs = Math.max(0, leftMs - (nowMs() - sinceMs))
      }
    },
  }
}
