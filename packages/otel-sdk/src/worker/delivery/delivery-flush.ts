import { type Deadline, startDeadline } from '../transport/deadline.ts'

/** A caller that waits for the delivery of all requests up to a position. */
export interface FlushRequest {
  /** Position of the last request waited for. */
  until: number
  /** On the monotonic clock. */
  deadlineMs: number
  /** Whether the caller waits for requests of earlier processes as well. */
  recovered: boolean
  /** Whether the process is leaving: requests that are on disk need no second attempt. */
  leaving: boolean
}

interface Waiting extends FlushRequest {
  failed: boolean
  attemptFailed: boolean
  deadline: Deadline
  resolve(delivered: boolean): void
}

/** The state of a delivery that decides about the flushes. */
export interface DeliveryProgress {
  /** Position of the oldest request of this process that is not settled; `undefined` when all are. */
  oldestOwn: number | undefined
  /** Whether nothing is left of earlier processes. */
  recoveredDone: boolean
  /** No attempt is made before this time. */
  nextAttemptAt: number
  inFlight: number
  /** Whether every request that is not settled is on disk. */
  safe: boolean
}

/** The flushes that are under way: each ends when all it waits for is settled, when nothing can happen in time, or at its deadline. */
export class DeliveryFlushes {
  private readonly waiting = new Set<Waiting>()

  get active(): boolean {
    return this.waiting.size > 0
  }

  /** Resolves to whether all requests were delivered. Never rejects, and never later than the deadline. */
  add(request: FlushRequest): Promise<boolean> {
    return new Promise(resolve => {
      const waiting: Waiting = {
        ...request,
        failed: false,
        attemptFailed: false,
        deadline: startDeadline(Math.max(0, request.deadlineMs - performance.now()), () => this.finish(waiting, false)),
        resolve,
      }
      this.waiting.add(waiting)
    })
  }

  /** A request was dropped. */
  dropped(sequence: number | undefined): void {
    for (const flush of this.waiting) {
      if (sequence === undefined ? flush.recovered : sequence <= flush.until) flush.failed = true
    }
  }

  /** An attempt failed and will be made again. */
  attemptFailed(): void {
    for (const flush of this.waiting) flush.attemptFailed = true
  }

  /** Ends the flushes whose result can no longer change. */
  check({ oldestOwn, recoveredDone, nextAttemptAt, inFlight, safe }: DeliveryProgress): void {
    for (const flush of this.waiting) {
      const ownDone = oldestOwn === undefined || oldestOwn > flush.until
      if (ownDone && (recoveredDone || !flush.recovered)) this.finish(flush, !flush.failed)
      else if (inFlight === 0 && nextAttemptAt >= flush.deadlineMs) this.finish(flush, false)
      else if (inFlight === 0 && flush.leaving && flush.attemptFailed && safe) this.finish(flush, false)
    }
  }

  end(): void {
    for (const flush of this.waiting) this.finish(flush, false)
  }

  private finish(flush: Waiting, delivered: boolean): void {
    if (!this.waiting.delete(flush)) return
    flush.deadline.clear()
    flush.resolve(delivered)
  }
}
