import { monotonicMs } from '../protocol/monotonic-ms.ts'
import { SharedSlot, type SharedState, WORKER_GONE } from '../protocol/shared-state.ts'

/** For the worker to notice that time is up, and for the last write. */
export const GRACE_MS = 75
/** Events that are still in the port are written, however long it takes, as long as it goes on and up to this. */
const WRITING_LIMIT_MS = 10_000
/** Ten processes that leave at once on two cores were seen to pause for more than a second. */
const STALLED_AFTER_MS = 2_000
/** From the moment the process leaves; a worker that was started an instant before has not begun to take anything in. */
const STARTING_LIMIT_MS = 5_000

/** Decides how long after its time a worker is still worth waiting for. */
export interface ProgressTimeout {
  /** How often to look. */
  readonly stepMs: number
  /** Whether everything posted was taken in, or nothing more is. */
  isOver(): boolean
}

export function createProgressTimeout(shared: SharedState, postedRecords: number): ProgressTimeout {
  const taken = (): number => Atomics.load(shared, SharedSlot.takenRecords)
  let until: number | undefined
  let before = taken()
  let movedAt = 0
  return {
    stepMs: GRACE_MS,
    isOver() {
      const now = monotonicMs()
      const current = taken()
      if (current !== before || until === undefined) movedAt = now
      until ??= now + WRITING_LIMIT_MS
      before = current
      const stalledAfterMs = Atomics.load(shared, SharedSlot.started) === 1 ? STALLED_AFTER_MS : STARTING_LIMIT_MS
      return ((postedRecords - current) | 0) <= 0 || now - movedAt > stalledAfterMs || now > until
    },
  }
}

/**
 * Blocks this thread until the worker has done what it could before the process leaves, which the message `id`
 * asks for: until `untilMs` for sending, and with `progress` as long as it takes to write down what was posted. Never longer
 * for a worker that is dead or stuck.
 */
export function waitForWorker(
  shared: SharedState,
  { id, untilMs, progress }: { id: number; untilMs: number; progress: ProgressTimeout | undefined },
): void {
  const done = (timeoutMs: number): boolean => {
    const endMs = monotonicMs() + timeoutMs
    for (;;) {
      // An earlier message may be answered late.
      const last = Atomics.load(shared, SharedSlot.left)
      if (last === id || last === WORKER_GONE) return true
      if (Atomics.wait(shared, SharedSlot.left, last, Math.max(0, endMs - monotonicMs())) === 'timed-out') return false
    }
  }
  if (done(Math.max(0, untilMs - monotonicMs()) + GRACE_MS)) return
  if (progress === undefined) return
  while (!progress.isOver()) if (done(progress.stepMs)) return
  // What was written last is anybody's to send at once only when the worker gave it up in order.
  done(GRACE_MS)
}
