import { monotonicMs } from '../protocol/monotonic-ms.ts'

/** The time that the end of the process may wait for the worker: once, however often records are handed over meanwhile. */
export interface ExitBudget {
  /** Milliseconds that are left. */
  readonly leftMs: number
  /** Makes `wait` take its time out of the budget, from the moment of this call. */
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
