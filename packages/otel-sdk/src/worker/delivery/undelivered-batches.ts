import type { SignalName } from '../../catalogue/signals.ts'
import type { DestinationSpool } from '../spool/destination-spool.ts'
import type { StoredRequest } from '../spool/segment.ts'
import { type Batch, batchRecords, createBatch } from './delivery-batch.ts'
import type { DeliveryLimits } from './delivery-options.ts'
import type { DeliveryQueue, PendingRequest } from './delivery-queue.ts'
import type { DeliveryReports } from './delivery-reports.ts'
import type { DeliveryStats } from './delivery-stats.ts'

export interface UndeliveredBatchesParts {
  signal: SignalName
  limits: Readonly<DeliveryLimits>
  stats: DeliveryStats
  queue: DeliveryQueue
  spool: DestinationSpool | undefined
  reports: DeliveryReports
}

/** What becomes of batches that this process does not send to their end. */
export class UndeliveredBatches {
  private readonly parts: UndeliveredBatchesParts

  constructor(parts: UndeliveredBatchesParts) {
    this.parts = parts
  }

  /** Hands over what another process took over while the batch waited for its next attempt; the rest, if there is any. */
  withoutTakenOver(batch: Batch): Batch | undefined {
    const { limits, queue, signal } = this.parts
    const ours = batch.requests.filter(({ state }) => state !== 'taken-over')
    if (ours.length === batch.requests.length) return batch
    if (ours.length === 0) {
      this.keptOnDisk(batchRecords(batch))
      queue.release(batch.requests, true)
      return undefined
    }
    // Of a batch that was delivered in part nobody knows any more which record is whose.
    if (deliveredInPart(batch)) return batch
    for (const request of batch.requests) if (request.state === 'taken-over') queue.handOver(request)
    return createBatch(ours, signal, limits.batchBytes)
  }

  /** Leaves on disk what is not delivered, where it is there or can be put there, and drops the rest. */
  abandon(batch: Batch): void {
    const { queue, reports, stats } = this.parts
    const unsettled = batchRecords(batch)
    if (deliveredInPart(batch) && this.journalRest(batch)) {
      this.keptOnDisk(unsettled)
      queue.release(batch.requests)
      return
    }
    let left = unsettled
    for (const { lost, records, stored } of batch.requests) {
      // Of a batch that was delivered in part there are fewer than its requests had.
      const count = Math.min(left, records)
      left -= count
      if (stored !== undefined) this.keptOnDisk(count)
      else if (count > 0) {
        const reason = lost ?? 'unreachable'
        stats.pending -= count
        stats.dropped[reason] += count
        reports.dropped(reason, count)
      }
    }
    queue.release(batch.requests, true)
  }

  /** Writes to disk what was not delivered of a batch, so that the next process does not send the rest again. */
  private journalRest({ pieces }: Batch): boolean {
    const { spool } = this.parts
    const written: StoredRequest[] = []
    for (const { bytes, records } of pieces) {
      const stored = spool?.append(bytes, records)
      if (stored === undefined) {
        spool?.acknowledge(written)
        return false
      }
      written.push(stored)
    }
    return true
  }

  private keptOnDisk(records: number): void {
    this.parts.stats.pending -= records
    this.parts.stats.spooled += records
  }
}

const deliveredInPart = (batch: Batch): boolean => batchRecords(batch) < recordsOf(batch.requests)

function recordsOf(requests: readonly PendingRequest[]): number {
  return requests.reduce((sum, { records }) => sum + records, 0)
}
