import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import { directoryRefusal } from '../../protocol/own-file.ts'
import { destinationFolder, type SpoolDestination, writeDestinationFile } from './destination-folder.ts'
import type { DiskGuard } from './disk-guard.ts'
import { giveUpSegment } from './give-up-segment.ts'
import { type ListedSegment, listSegments, storedBytes } from './list-segments.ts'
import { ensurePrivateDirectory, UnsafeDirectoryError } from './private-directory.ts'
import { Segment, type StoredRequest, type TakenSegment } from './segment.ts'
import { MAX_REQUEST_BYTES, REQUEST_HEADER_BYTES, SEGMENT_HEADER_BYTES } from './segment-format.ts'
import type { SegmentOwnership } from './segment-ownership.ts'
import { SpoolCheckpoints } from './spool-checkpoints.ts'
import type { SpoolLoss } from './spool-loss.ts'
import type { SegmentHolder, SpoolLimits, SpoolQuota } from './spool-quota.ts'

/** Receives the records of earlier processes that are dropped before they are read. */
export type SpoolDropped = (reason: 'spool-full' | 'expired' | 'spool-unreadable', records: number) => void

/** Listing the folder before each take-over would be slow where thousands of short runs left a segment each. */
const LIST_AGE_MS = 5_000

/** A segment expires as a whole, so a request that is added later than this share of the age would expire too early by more than that. */
const SEGMENTS_PER_AGE = 8

export interface DestinationSpoolOptions {
  destination: SpoolDestination
  onDropped: SpoolDropped
  /** Called for each segment that is taken over. */
  onProgress(): void
  /** `segmentBytes`: the size at which a segment is closed and a new one begun. */
  limits: SpoolLimits & { segmentBytes: number }
  guard: DiskGuard
  ownership: SegmentOwnership
  quota: SpoolQuota
  /** Makes sure of the spool's directory and of the heartbeat. Throws. */
  prepare(requester: SegmentHolder): void
  /** Makes every destination check which segments still belong to this process. */
  confirmAll(): void
  /** Called when this destination has ended. */
  onEnded(): void
}

/** The requests for one destination that this process keeps on disk. No method throws. */
export class DestinationSpool implements SegmentHolder {
  readonly folder: string
  readonly segments: Set<Segment> = new Set()
  readonly checkpoints: SpoolCheckpoints
  private readonly options: DestinationSpoolOptions
  private active: Segment | undefined
  private folderReady = false
  /** The folder is no directory of this user; the folders of other destinations are used all the same. */
  private folderRefused = false
  private listed: ListedSegment[] = []
  private listedAt = 0
  private ended = false

  constructor(options: DestinationSpoolOptions) {
    this.options = options
    const { destination, limits } = options
    this.folder = join(limits.directory, destination.folder ?? destinationFolder(destination))
    this.checkpoints = new SpoolCheckpoints(this)
  }

  /**
   * Writes a request to the page cache: it survives the process, not a power cut. `undefined` when it cannot be stored.
   * With `mayDrop` the spool drops older requests to stay within its size, and calls their `onLost`.
   */
  append(bytes: Uint8Array, records: number, mayDrop = true): StoredRequest | undefined {
    const stored = this.store(bytes.length, mayDrop, () => {
      this.active = this.segmentFor(bytes.length, this.active)
      return this.active.append(bytes, records)
    })
    return typeof stored === 'object' ? stored : undefined
  }

  /**
   * Calls `write` where the disk works and there is room for a request of so many bytes, after making room if `mayDrop`.
   * `no-room` when there is none, `undefined` when the request cannot be stored otherwise.
   */
  store(
    length: number,
    mayDrop: boolean,
    write: () => StoredRequest | 'no-room',
  ): StoredRequest | 'no-room' | undefined {
    if (this.ended) return undefined
    if (!this.fits(length)) return 'no-room'
    return this.attempt(() => {
      this.options.prepare(this)
      return this.options.quota.reserve(length + REQUEST_HEADER_BYTES, this, mayDrop) ? write() : 'no-room'
    })
  }

  /** Whether a request of so many bytes can be stored at all, however little else there is. */
  fits(length: number): boolean {
    return length <= MAX_REQUEST_BYTES && storedBytes(length + REQUEST_HEADER_BYTES) <= this.options.limits.maxBytes / 2
  }

  /** The bytes of a request, or `undefined` when they can no longer be read. */
  read(request: StoredRequest): Uint8Array | undefined {
    try {
      return request.segment.read(request)
    } catch {
      return undefined
    }
  }

  /** Marks requests as needing no more sending. Where that fails, a later process sends them once more. */
  acknowledge(requests: readonly StoredRequest[]): void {
    for (const segment of new Set(requests.map(request => request.segment))) {
      try {
        segment.acknowledge(requests.filter(request => request.segment === segment))
        if (!segment.empty || !this.segments.has(segment)) continue
        if (segment === this.active || this.checkpoints.uses(segment)) segment.reset(Date.now())
        else this.remove(segment)
      } catch (error) {
        this.options.guard.failed(error)
      }
    }
  }

  /**
   * Takes over one segment that an earlier process left for this destination. Returns its requests that are not delivered,
   * oldest first, or `undefined` when no such segment is left.
   */
  claim(): StoredRequest[] | undefined {
    if (this.ended) return undefined
    return this.attempt(() => {
      const stat = lstatSync(this.folder, { throwIfNoEntry: false })
      // A claim must not make a directory where no process ever stored a request.
      if (stat === undefined) return undefined
      if (directoryRefusal(stat) !== undefined) this.folderReady = false
      this.options.prepare(this)
      this.prepareFolder()
      this.expire()
      const candidates = this.candidates()
      for (let listed = candidates.shift(); listed !== undefined; listed = candidates.shift()) {
        this.options.onProgress()
        const taken = this.options.ownership.takeOver(listed)
        if (taken === undefined || taken === 'unreadable') {
          this.discard(taken, 'expired')
          continue
        }
        const { segment, corruptRecords, readable } = taken
        const undelivered = segment.undelivered
        if (!readable || undelivered.length === 0 || this.tooOld(segment)) {
          this.discard(taken, 'expired')
          continue
        }
        if (corruptRecords > 0) this.options.onDropped('spool-unreadable', corruptRecords)
        this.segments.add(segment)
        return undelivered
      }
      return undefined
    })
  }

  /** Before a request is sent: gives up segments that other processes took over while this one was stopped, and expired ones. */
  confirm(): void {
    if (this.segments.size === 0) return
    this.options.guard.attempt(() => this.options.prepare(this))
    this.expire()
  }

  /** Checks, also right after the disk failed, that stored requests are still on disk, and stores missing ones again. */
  secure(): void {
    this.options.guard.tryAgain()
    if ([...this.segments].some(({ empty }) => !empty)) this.options.confirmAll()
  }

  /** Finds segments that are no longer in their place. Stores again those requests that no other process has taken over. */
  confirmOwnership(): void {
    for (const segment of [...this.segments]) {
      if (!this.segments.has(segment) || segment.inPlace) continue
      this.forget(segment)
      this.folderReady = false
      giveUpSegment(segment, store => this.attempt(() => store(() => this.createSegment(segment.timeMs))))
    }
  }

  /** Called when the disk failed: the folder is checked again before its next use. */
  distrustFolder(): void {
    this.folderReady = false
  }

  /** Drops a segment of this process, and calls `onLost` of its requests. */
  lose(segment: Segment, reason: SpoolLoss): void {
    segment.lose(reason)
    this.remove(segment)
  }

  /** Drops a segment that was taken over, and counts its records: one where their number cannot be read. */
  discard(taken: TakenSegment | 'unreadable' | undefined, reason: 'spool-full' | 'expired'): void {
    if (taken === undefined) return
    if (taken === 'unreadable') {
      this.options.onDropped('spool-unreadable', 1)
      return
    }
    const { segment, corruptRecords } = taken
    const records = segment.undelivered.reduce((sum, request) => sum + request.records, 0)
    if (records > 0) this.options.onDropped(reason, records)
    if (corruptRecords > 0) this.options.onDropped('spool-unreadable', corruptRecords)
    segment.remove()
  }

  /** Gives up the ownership: any later process may send what is not delivered. */
  end(): void {
    if (this.ended) return
    this.ended = true
    for (const segment of this.segments) {
      try {
        if (segment.empty) segment.remove()
        else segment.close()
      } catch {
        // A later process removes the file.
      }
    }
    this.options.onEnded()
  }

  /** Abandoned segments; the list is renewed when it is empty, or so old that an owner may run again. */
  private candidates(): ListedSegment[] {
    if (this.listed.length === 0 || performance.now() - this.listedAt > LIST_AGE_MS) {
      this.listed = this.options.ownership.abandoned(listSegments(this.folder))
      this.listedAt = performance.now()
    }
    return this.listed
  }

  /** `segment` if it can take a request of so many bytes, else a new one. Throws. */
  segmentFor(length: number, segment: Segment | undefined): Segment {
    const nowMs = Date.now()
    if (segment !== undefined) {
      const young = nowMs - segment.timeMs <= this.options.limits.maxAgeMs / SEGMENTS_PER_AGE
      if (young && (this.fitsInto(segment, length) || segment.size <= SEGMENT_HEADER_BYTES)) return segment
      if (segment.empty) {
        segment.reset(nowMs)
        return segment
      }
    }
    return this.createSegment(nowMs)
  }

  fitsInto(segment: Segment, length: number): boolean {
    return segment.size + REQUEST_HEADER_BYTES + length <= this.options.limits.segmentBytes
  }

  private createSegment(timeMs: number): Segment {
    this.prepareFolder()
    const created = Segment.create(this.options.ownership.segmentPath(this.folder, timeMs), timeMs)
    this.segments.add(created)
    return created
  }

  private prepareFolder(): void {
    if (this.folderReady) return
    ensurePrivateDirectory(this.folder)
    // What another destination's folder says stays as it is.
    if (this.options.destination.folder === undefined) writeDestinationFile(this.folder, this.options.destination)
    this.folderReady = true
  }

  /** Drops segments that are too old, and calls `onLost` of their requests. */
  expire(): void {
    for (const segment of this.segments) {
      if (segment.empty || !this.tooOld(segment)) continue
      segment.lose('expired')
      this.options.guard.attempt(() => this.remove(segment))
    }
  }

  /** Runs what touches the disk; `undefined` when that fails, or when the disk or the folder is not to be used. */
  private attempt<Result>(run: () => Result): Result | undefined {
    if (this.folderRefused) return undefined
    return this.options.guard.attempt(() => {
      try {
        return run()
      } catch (error) {
        if (!(error instanceof UnsafeDirectoryError) || error.path !== this.folder) throw error
        this.folderRefused = true
        this.options.guard.report(error)
        return undefined
      }
    })
  }

  private tooOld(segment: Segment): boolean {
    return Date.now() - segment.timeMs > this.options.limits.maxAgeMs
  }

  private remove(segment: Segment): void {
    this.forget(segment)
    segment.remove()
  }

  private forget(segment: Segment): void {
    this.segments.delete(segment)
    if (segment === this.active) this.active = undefined
    this.checkpoints.forget(segment)
  }
}
