import type { SpoolDestination } from '../spool/destination-folder.ts'
import type { SpoolDropped } from '../spool/destination-spool.ts'
import type { SpoolLoss } from '../spool/spool-loss.ts'

/** A request in a store. Its store alone reads more of it than this. */
export interface StoredRequest {
  /** Bytes of the request. */
  readonly length: number
  readonly records: number
  /** Called when the request leaves the store without being acknowledged. */
  onLost: ((reason: SpoolLoss) => void) | undefined
}

/** A checkpoint that follows those that a request takes the place of; `stored` where it was stored with that. */
export interface FollowingCheckpoint {
  readonly bytes: Uint8Array
  readonly records: number
  stored?: StoredRequest | undefined
}

/**
 * Requests that are stored while their process still adds up what they say. A later process sends them, should this one not
 * get to store the request that takes their place. No method throws.
 */
export interface CheckpointStore {
  /**
   * Stores a checkpoint besides those that are there, or in place of them. No request makes room for it: `no-room` where
   * there is none; `undefined` where it cannot be stored otherwise.
   */
  save(bytes: Uint8Array, records: number, replacing: boolean): StoredRequest | 'no-room' | undefined
  /**
   * As `append` of the store, in place of all checkpoints; they are given up also where the request cannot be stored. Stores
   * the checkpoint that follows them in the same step where it can.
   */
  replace(bytes: Uint8Array, records: number, following?: FollowingCheckpoint): StoredRequest | undefined
  /** Gives all checkpoints up: there is nothing more that they say. */
  drop(): void
  /** Reports checkpoints as lost that another process took over, or that are no longer there. */
  confirm(): void
}

/** What a delivery keeps beyond the process: the requests for one destination. No method throws. */
export interface RequestStore {
  readonly checkpoints: CheckpointStore
  /**
   * Stores a request; `undefined` when it cannot be stored. May drop older requests to make room, unless `mayDrop` is
   * `false`, and reports each through its `onLost`.
   */
  append(bytes: Uint8Array, records: number, mayDrop?: boolean): StoredRequest | undefined
  /** Whether a request of so many bytes can be stored at all, however little else there is. */
  fits(length: number): boolean
  /** The bytes of a request, or `undefined` when the store no longer has them. */
  read(request: StoredRequest): Uint8Array | undefined
  /** Removes requests that need no more sending. */
  acknowledge(requests: readonly StoredRequest[]): void
  /** Takes over requests that an earlier process left, oldest first; `undefined` when there are none. */
  claim(): StoredRequest[] | undefined
  /** Called before anything is sent: reports requests as lost that another process took over or that are too old. */
  confirm(): void
  /** Makes sure, also right after a failure, that every request is still stored. */
  secure(): void
  /** Leaves what is not acknowledged to a later process. */
  end(): void
}

/** Opens stores, one for each destination. */
export interface RequestStores {
  /** The largest request that fits well, in bytes. */
  readonly segmentBytes: number
  /** `onDropped` receives records of earlier processes that are dropped before they are claimed. */
  destination(destination: SpoolDestination, onDropped: SpoolDropped): RequestStore
}
