import { inOnePiece } from '../otlp/chunks.ts'
import { type Batch, batchRecords, batchSequence, createBatch, isOwn } from './delivery-batch.ts'
import type { DeliveryOutcomes } from './delivery-outcomes.ts'
import type { DeliveryQueue, PendingRequest } from './delivery-queue.ts'
import type { RequestStore, StoredRequest } from './request-store.ts'

/** The batches that were taken from the queue and are not settled: on their way, or waiting for their next attempt. */
export class UndeliveredBatches {
  private readonly store: RequestStore | undefined
  private readonly queue: DeliveryQueue
  private readonly outcomes: DeliveryOutcomes
  private readonly onTheirWay = new Set<Batch>()
  private readonly waiting: Batch[] = []

  constructor(store: RequestStore | undefined, queue: DeliveryQueue, outcomes: DeliveryOutcomes) {
    this.store = store
    this.queue = queue
    this.outcomes = outcomes
  }

  /** How many are on their way. */
  get inFlight(): number {
    return this.onTheirWay.size
  }

  /** Whether any of them is of an earlier process. */
  get hasRecovered(): boolean {
    return [...this.onTheirWay, ...this.waiting].some(batch => !isOwn(batch))
  }

  /** Position of the oldest request of this process in them. */
  get oldestOwn(): number | undefined {
    let oldest: number | undefined
    for (const batches of [this.onTheirWay, this.waiting]) {
      for (const batch of batches) {
        const sequence = batchSequence(batch)
        if (sequence !== undefined && (oldest === undefined || sequence < oldest)) oldest = sequence
      }
    }
    return oldest
  }

  sending(batch: Batch): void {
    this.onTheirWay.add(batch)
  }

  /** `again`: the batch waits for its next attempt; otherwise nothing of it is to be sent any more. */
  answered(batch: Batch, again: boolean): void {
    this.onTheirWay.delete(batch)
    if (again) this.waiting.push(batch)
    else this.queue.release(batch.requests)
  }

  /** The next batch to send again, without the requests that another process took over meanwhile. */
  next(ownOnly: boolean, maxBytes: number): Batch | undefined {
    for (;;) {
      const index = this.waiting.findIndex(batch => !ownOnly || isOwn(batch))
      const [batch] = index < 0 ? [] : this.waiting.splice(index, 1)
      if (batch === undefined) return undefined
      const ours = this.withoutTakenOver(batch, maxBytes)
      if (ours !== undefined) return ours
    }
  }

  /** Drops waiting batches that are too old. The queue drops requests that it holds itself. */
  dropExpired(): void {
    for (const batch of this.waiting.filter(({ requests }) => requests.every(({ lost }) => lost === 'expired'))) {
      this.waiting.splice(this.waiting.indexOf(batch), 1)
      this.outcomes.dropped(batchSequence(batch), batchRecords(batch), 'expired')
      this.queue.release(batch.requests)
    }
  }

  /** Leaves on disk what is not delivered, where it is there or can be put there, and drops the rest. */
  end(): void {
    for (const batch of [...this.onTheirWay, ...this.waiting]) this.abandon(batch)
    this.onTheirWay.clear()
    this.waiting.length = 0
  }

  private withoutTakenOver(batch: Batch, maxBytes: number): Batch | undefined {
    const ours = batch.requests.filter(({ state }) => state !== 'taken-over')
    if (ours.length === batch.requests.length) return batch
    if (ours.length === 0) {
      this.outcomes.handedOver(batchRecords(batch))
      this.queue.release(batch.requests, true)
      return undefined
    }
    // After a partial delivery, the parts that are left no longer show which request a record came from.
    if (deliveredInPart(batch)) return batch
    for (const request of batch.requests) if (request.state === 'taken-over') this.queue.handOver(request)
    return createBatch(ours, batch.signal, maxBytes)
  }

  private abandon(batch: Batch): void {
    const undelivered = batchRecords(batch)
    if (deliveredInPart(batch) && this.journalRest(batch)) {
      this.outcomes.handedOver(undelivered)
      this.queue.release(batch.requests)
      return
    }
    let left = undelivered
    for (const { lost, records, sequence, stored } of batch.requests) {
      // A batch that was delivered in part has fewer records left than its requests.
      const count = Math.min(left, records)
      left -= count
      if (stored !== undefined) this.outcomes.handedOver(count)
      else this.outcomes.dropped(sequence, count, lost ?? 'unreachable')
    }
    this.queue.release(batch.requests, true)
  }

  /** Writes to disk what was not delivered of a batch, so that the next process does not send the delivered rest again. */
  private journalRest({ parts }: Batch): boolean {
    const written: StoredRequest[] = []
    for (const { bytes, records } of parts) {
      const stored = this.store?.append(inOnePiece(bytes), records)
      if (stored === undefined) {
        this.store?.acknowledge(written)
        return false
      }
      written.push(stored)
    }
    return true
  }
}

const deliveredInPart = (batch: Batch): boolean => batchRecords(batch) < recordsOf(batch.requests)

function recordsOf(requests: readonly PendingRequest[]): number {
  return requests.reduce((sum, { records }) => sum + records, 0)
}
