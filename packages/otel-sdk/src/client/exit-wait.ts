import { monotonicMs } from '../protocol/monotonic-ms.ts'
import { SharedSlot, type SharedState, WORKER_GONE } from '../protocol/shared-state.ts'
import type { Silence } from './silence.ts'

/** Milliseconds that the worker gets to notice that its time is up, and for its last write. */
export const GRACE_MS = 75
/** The worker writes the events that are still in the port to disk as long as it makes progress, up to so many milliseconds. */
const WRITING_LIMIT_MS = 10_000
/** A worker that has made no progress for so long counts as stuck. Ten processes that exit at once on two cores pause for more than a second. */
const STALLED_AFTER_MS = 2_000
/** A worker that has spent so much processor time on one piece of work without progress does not reach the next one soon. */
const STALLED_AFTER_CPU_MS = 500
/** The same as `STALLED_AFTER_MS` for a worker that has not started yet: it has begun to take in nothing. */
const STARTING_LIMIT_MS = 5_000

/** Decides how long the application's thread waits for a worker whose time for sending is over. */
export interface ProgressTimeout {
  /** How often `isOver` is to be asked, in milliseconds. */
  readonly stepMs: number
  /** Whether the worker has taken in everything that was posted, or takes in nothing any more. */
  isOver(): boolean
}

export function createProgressTimeout(shared: SharedState, postedRecords: number, silence: Silence): ProgressTimeout {
  let until: number | undefined
  return {
    stepMs: GRACE_MS,
    isOver() {
      const now = monotonicMs()
      until ??= now + WRITING_LIMIT_MS
      silence.look()
      const taken = Atomics.load(shared, SharedSlot.takenRecords)
      return ((postedRecords - taken) | 0) <= 0 || isStalled(shared, silence) || now > until
    },
  }
}

/** Whether the worker has been silent for so long that it is not worth waiting for. */
export function isStalled(shared: SharedState, { runningMs, cpuMs }: Silence): boolean {
  if (Atomics.load(shared, SharedSlot.started) === 0) return runningMs > STARTING_LIMIT_MS
  return runningMs > STALLED_AFTER_MS || cpuMs > STALLED_AFTER_CPU_MS
}

/**
 * Blocks this thread until the worker has done what it could before the process leaves, which the message `id`
 * asks for: until `untilMs` for sending, and with `progress` as long as it takes to write down what was posted. The wait for
 * a worker that is dead or stuck ends earlier. Returns whether the worker has answered: a dead one has not.
 */
export function waitForWorker(
  shared: SharedState,
  { id, untilMs, progress }: { id: number; untilMs: number; progress: ProgressTimeout | undefined },
): boolean {
  /** Whether the worker has answered; `undefined` while it may still do so. */
  const wait = (timeoutMs: number): boolean | undefined => {
    const endMs = monotonicMs() + timeoutMs
    for (;;) {
      // The worker may answer an earlier message late.
      const last = Atomics.load(shared, SharedSlot.left)
      if (last === id || last === WORKER_GONE) return last === id
      if (Atomics.wait(shared, SharedSlot.left, last, Math.max(0, endMs - monotonicMs())) === 'timed-out')
        return undefined
    }
  }
  let answered = wait(Math.max(0, untilMs - monotonicMs()) + GRACE_MS)
  if (progress !== undefined) {
    while (answered === undefined && !progress.isOver()) answered = wait(progress.stepMs)
    // The next process sends what the worker wrote last at once only when the worker has released its segments.
    answered ??= wait(GRACE_MS)
  }
  return answered === true
}
