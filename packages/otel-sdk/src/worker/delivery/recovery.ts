import type { DeliveryQueue } from './delivery-queue.ts'
import type { RequestStore } from './request-store.ts'

/** How often a delivery looks for requests of ended processes. */
const CLAIM_INTERVAL_MS = 60_000
/** A short run may end before anything else is due, and still sends what earlier processes left. */
const FIRST_CLAIM_MS = 50
/** Short runs leave little each: up to this many segments are claimed at once to fill a batch. */
const CLAIMED_SEGMENTS = 32
/** One of this many batches is of an earlier process, even while this process has enough to send. */
const RECOVERED_SHARE = 4
const NEVER = Number.POSITIVE_INFINITY
const AT_ONCE = Number.NEGATIVE_INFINITY

/** Claims what earlier processes left, and says when its turn is. All times are of the monotonic clock. */
export class Recovery {
  private readonly store: RequestStore | undefined
  private readonly queue: DeliveryQueue
  private nextClaimAt: number
  private claimed = false
  private turn = 0

  constructor(store: RequestStore | undefined, queue: DeliveryQueue, scheduleDelayMs: number) {
    this.store = store
    this.queue = queue
    this.nextClaimAt = performance.now() + Math.min(scheduleDelayMs, FIRST_CLAIM_MS)
  }

  /** When to claim; never while requests of earlier processes wait in the queue. */
  get claimAt(): number {
    return this.store !== undefined && !this.queue.hasRecovered ? this.nextClaimAt : NEVER
  }

  /** Whether the queue holds nothing of earlier processes, and the store has just been looked through. */
  get done(): boolean {
    return !this.queue.hasRecovered && (this.store === undefined || this.nextClaimAt > performance.now())
  }

  claimSoon(): void {
    this.nextClaimAt = AT_ONCE
  }

  /** The first answer shows that claimed requests can be delivered. */
  collectorAnswered(): void {
    if (!this.claimed) this.claimSoon()
  }

  /** Queues enough of what earlier processes left to fill a batch of `batchRecords`. */
  claim(now: number, batchRecords: number): void {
    this.claimed = true
    let records = 0
    for (let segments = 0; segments < CLAIMED_SEGMENTS && records < batchRecords; segments++) {
      const found = this.store?.claim()
      if (found === undefined) {
        this.nextClaimAt = now + CLAIM_INTERVAL_MS
        return
      }
      this.queue.recover(found, now)
      records += found.reduce((sum, request) => sum + request.records, 0)
    }
  }

  /** Whether the next batch is one of an earlier process. `ownDue`: this process has a batch to send as well. */
  takesTurn(ownDue: boolean): boolean {
    const turn = !ownDue || ++this.turn % RECOVERED_SHARE === 0
    return turn && this.queue.hasRecovered
  }
}
