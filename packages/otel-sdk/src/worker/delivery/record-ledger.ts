import type { WorkerDropReason } from '../../protocol/shared-state.ts'
import { createDeliveryStats, type DeliveryStats } from './delivery-stats.ts'

/** Where records come from; these two only grow. */
export type RecordSource = 'accepted' | 'recovered'

/** Where a record is. */
export type RecordPlace = 'pending' | 'exported' | 'spooled' | WorkerDropReason

type Writable<Type> = { -readonly [Key in keyof Type]: Type[Key] }

/**
 * The accounts of one destination. Each record is in exactly one place:
 * `accepted + recovered = exported + all of dropped + pending + spooled`, and no number is ever negative.
 */
export class RecordLedger {
  private readonly counts: Writable<DeliveryStats> = createDeliveryStats()
  private readonly onBreach: (problem: string) => void

  /** `onBreach` receives each move that would have broken the accounts. */
  constructor(onBreach: (problem: string) => void) {
    this.onBreach = onBreach
  }

  /** The numbers at this moment: the same object each time. */
  get stats(): DeliveryStats {
    return this.counts
  }

  /**
   * Moves records from one place to another. A place that holds fewer gives what it has, and `onBreach` receives the
   * rest: the accounts stay true to their sum, and delivery, which does not depend on them, goes on.
   */
  moved(from: RecordSource | RecordPlace, to: RecordPlace, records: number): void {
    if (records === 0) return
    if (!Number.isSafeInteger(records) || records < 0) {
      this.onBreach(`${records} records cannot move from ${from} to ${to}`)
      return
    }
    const source = from === 'accepted' || from === 'recovered'
    const moving = source ? records : Math.min(records, this.at(from))
    this.add(from, source ? moving : -moving)
    this.add(to, moving)
    if (moving < records) this.onBreach(`${records} records cannot move from ${from}, which has ${moving}, to ${to}`)
  }

  private at(place: RecordPlace): number {
    return isCount(place) ? this.counts[place] : this.counts.dropped[place]
  }

  private add(place: RecordSource | RecordPlace, records: number): void {
    if (isCount(place)) this.counts[place] += records
    else (this.counts.dropped as Record<WorkerDropReason, number>)[place] += records
  }
}

const isCount = (place: RecordSource | RecordPlace): place is Exclude<typeof place, WorkerDropReason> =>
  place === 'accepted' || place === 'recovered' || place === 'pending' || place === 'exported' || place === 'spooled'
