import type { SignalName } from '../../catalogue/signals.ts'
import { recordsIn } from '../otlp/count-records.ts'
import type { SpoolLoss } from '../spool/spool-loss.ts'
import type { DeliveryReports } from './delivery-reports.ts'
import type { DeliveryStats } from './delivery-stats.ts'
import type { FollowingCheckpoint, RequestStore, StoredRequest } from './request-store.ts'

/** A checkpoint to be saved. */
export interface Checkpoint {
  /** An OTLP protobuf request. */
  bytes: Uint8Array
  /** Called when it is saved. */
  onSaved(): void
  /** Called when it no longer is, though nothing took its place. */
  onLost(reason: SpoolLoss): void
}

/** The checkpoints of what a process adds up and has not handed in. The next request that is handed in takes their place. */
export class DeliveryCheckpoints {
  private readonly store: RequestStore | undefined
  private readonly signal: SignalName
  private readonly stats: DeliveryStats
  private readonly reports: DeliveryReports
  private readonly onChange: () => void
  private readonly open = new Set<StoredRequest>()
  private ended = false

  constructor(
    store: RequestStore | undefined,
    signal: SignalName,
    stats: DeliveryStats,
    reports: DeliveryReports,
    onChange: () => void,
  ) {
    this.onChange = onChange
    this.store = store
    this.signal = signal
    this.stats = stats
    this.reports = reports
  }

  /** Whether anything can be saved. */
  get possible(): boolean {
    return this.store !== undefined && !this.ended
  }

  /** Whether a request that is handed in takes the place of checkpoints. */
  get any(): boolean {
    return this.open.size > 0
  }

  /**
   * Saves an OTLP protobuf request besides the checkpoints that are there, or in place of them; returns whether it is
   * saved. `onLost` is called when it no longer is, though nothing took its place.
   */
  save(bytes: Uint8Array, replacing: boolean, onLost: (reason: SpoolLoss) => void): boolean {
    if (this.store === undefined || this.ended) return false
    const records = recordsIn(bytes, this.signal)
    const stored = this.store.checkpoints.save(bytes, records, replacing)
    if (stored === 'no-room') this.reports.noRoomForCheckpoint()
    if (typeof stored !== 'object') return false
    if (replacing) this.replaced()
    this.keep(stored, onLost)
    this.onChange()
    return true
  }

  /** What follows the checkpoints that a request takes the place of; `undefined` where it is saved by itself. */
  following({ bytes }: Checkpoint): FollowingCheckpoint | undefined {
    return this.possible && this.any ? { bytes, records: recordsIn(bytes, this.signal) } : undefined
  }

  /** Keeps, or saves, what follows the checkpoints whose place was taken. */
  follow({ bytes, onLost, onSaved }: Checkpoint, stored: StoredRequest | undefined): void {
    if (stored !== undefined) this.keep(stored, onLost)
    if (stored !== undefined || this.save(bytes, true, onLost)) onSaved()
  }

  private keep(stored: StoredRequest, onLost: (reason: SpoolLoss) => void): void {
    const { records } = stored
    this.open.add(stored)
    this.stats.checkpointed += records
    stored.onLost = reason => {
      if (this.open.delete(stored)) this.stats.checkpointed -= records
      onLost(reason)
    }
  }

  /** Finds out which checkpoints are lost; to be called before they are added up to a request. */
  confirm(): void {
    if (this.any) this.store?.checkpoints.confirm()
  }

  /** Gives them up: there is nothing more that they say. */
  drop(): void {
    if (!this.any) return
    this.store?.checkpoints.drop()
    this.replaced()
    this.onChange()
  }

  /** Something took their place. */
  replaced(): void {
    for (const stored of this.open) stored.onLost = undefined
    this.open.clear()
    this.stats.checkpointed = 0
  }

  end(): void {
    this.ended = true
  }
}
