import type { Segment, StoredRequest } from './segment.ts'
import { REQUEST_HEADER_BYTES, RequestKind } from './segment-format.ts'
import type { WrittenRequest } from './write-request.ts'

/** A checkpoint that is stored in one step with the request that takes the place of those before it; `stored` where it was. */
export interface FollowingCheckpoint extends WrittenRequest {
  stored?: StoredRequest | undefined
}

/** What keeps a checkpoint, as far as checkpoints have to know it. */
export interface CheckpointHost {
  /**
   * Calls `write` where the disk works and the bounds of the spool leave room for so many bytes, after making it if
   * `mayDrop`; `no-room` where they leave none, `undefined` where it cannot be stored otherwise.
   */
  store(length: number, mayDrop: boolean, write: () => StoredRequest | 'no-room'): StoredRequest | 'no-room' | undefined
  append(bytes: Uint8Array, records: number): StoredRequest | undefined
  acknowledge(requests: readonly StoredRequest[]): void
  /** This segment if it can take a request of so many bytes, else a new one. Throws. */
  segmentFor(length: number, segment: Segment | undefined): Segment
  /** Whether a segment takes a request of so many bytes before it is closed. */
  fitsInto(segment: Segment, length: number): boolean
  confirm(): void
  confirmOwnership(): void
}

/**
 * The checkpoints of one destination: requests that are on disk while their process still adds up in memory what they
 * say. They have a segment to themselves and to the requests that take their place, so that one append is enough for that.
 * No method throws.
 */
export class SpoolCheckpoints {
  private readonly host: CheckpointHost
  private segment: Segment | undefined

  constructor(host: CheckpointHost) {
    this.host = host
  }

  /**
   * Stores a checkpoint besides those that are there, or in place of them. No older request makes room for it: `no-room`
   * where there is none; `undefined` where it cannot be stored otherwise.
   */
  save(bytes: Uint8Array, records: number, replacing: boolean): StoredRequest | 'no-room' | undefined {
    return this.host.store(bytes.length, false, () => {
      if (this.open.length === 0) {
        this.segment = this.host.segmentFor(bytes.length, this.segment?.takesCheckpoints ? this.segment : undefined)
        return this.segment.append(bytes, records, RequestKind.checkpoint)
      }
      const segment = this.segment as Segment
      if (!segment.hasRoomFor(bytes.length)) return 'no-room'
      return replacing
        ? segment.replaceCheckpoints(bytes, records, RequestKind.replacingCheckpoint)
        : segment.append(bytes, records, RequestKind.checkpoint)
    })
  }

  /**
   * Stores a request that takes the place of all checkpoints: at every moment either they count or it does. Where it
   * cannot be stored they are given up, because the request, which is in memory then, says what they say.
   */
  replace(bytes: Uint8Array, records: number, following?: FollowingCheckpoint): StoredRequest | undefined {
    if (this.open.length === 0) return this.host.append(bytes, records)
    const both = following && this.replaceAndFollow({ bytes, records }, following)
    if (both !== undefined) return both
    const stored = this.host.store(bytes.length, true, () => {
      // Making room may have dropped the checkpoints.
      const segment = this.open.length > 0 ? this.segment : undefined
      if (segment?.hasRoomFor(bytes.length) === false) return 'no-room'
      if (segment !== undefined) return segment.replaceCheckpoints(bytes, records, RequestKind.replacing)
      this.segment = this.host.segmentFor(bytes.length, undefined)
      return this.segment.append(bytes, records)
    })
    if (typeof stored === 'object') return stored
    this.host.acknowledge(this.open)
    return this.host.append(bytes, records)
  }

  /** Stores both in one step; `undefined` where the segment of the checkpoints has no room for them, or they cannot be stored. */
  private replaceAndFollow(request: WrittenRequest, following: FollowingCheckpoint): StoredRequest | undefined {
    const length = request.bytes.length + REQUEST_HEADER_BYTES + following.bytes.length
    const stored = this.host.store(length, false, () => {
      const { segment } = this
      if (segment === undefined || !this.host.fitsInto(segment, length)) return 'no-room'
      const [replacing, checkpoint] = segment.replaceAndFollow(request, following)
      following.stored = checkpoint
      return replacing
    })
    return typeof stored === 'object' ? stored : undefined
  }

  /** Gives all checkpoints up: there is nothing more that they say. */
  drop(): void {
    if (this.open.length > 0) this.host.acknowledge(this.open)
  }

  /** Finds out whether another process took the checkpoints over, or another program deleted them: `onLost` of each is called. */
  confirm(): void {
    this.host.confirm()
    if (this.open.length > 0 && this.segment?.inPlace === false) this.host.confirmOwnership()
  }

  /** Whether checkpoints go to this segment. */
  uses(segment: Segment): boolean {
    return segment === this.segment
  }

  /** The segment is no longer this process's. */
  forget(segment: Segment): void {
    if (segment === this.segment) this.segment = undefined
  }

  private get open(): StoredRequest[] {
    return this.segment?.checkpoints ?? []
  }
}
