import { heartbeatOwner } from './heartbeat.ts'
import { type ListedSegment, listDestinations, listSegments, namesIn, storedBytes } from './list-segments.ts'
import { readOwnFile } from './open-own-file.ts'
import type { Segment, TakenSegment } from './segment.ts'
import { MAX_SEGMENT_BYTES, readSegment, SEGMENT_HEADER_BYTES } from './segment-format.ts'
import type { SegmentOwnership } from './segment-ownership.ts'
import type { SpoolLoss } from './spool-loss.ts'

/** After writing this share of `maxBytes`, a process lists the others' segments: together they overshoot by at most one share each. */
const REFRESH_SHARE = 64

/** Where nothing fits and so nothing is written, the others' segments are listed again only after so long. */
const LIST_AGE_MS = 1_000

/** Whether the quota drops a request because of the spool's size or of its age. */
export type QuotaLoss = Extract<SpoolLoss, 'spool-full' | 'expired'>

/** The segments that this process keeps for one destination, as the quota sees them. */
export interface SegmentHolder {
  readonly folder: string
  readonly segments: ReadonlySet<Segment>
  /** Drops segments that are too old. */
  expire(): void
  /** Drops a segment of this process. */
  lose(segment: Segment, reason: QuotaLoss): void
  /** Drops a segment that was taken over to be dropped. */
  discard(taken: TakenSegment | 'unreadable' | undefined, reason: QuotaLoss): void
}

/** The spool's directory and its bounds, for all destinations and processes together. */
export interface SpoolLimits {
  directory: string
  maxBytes: number
  maxAgeMs: number
}

/** Keeps the spool as a whole, all destinations and processes together, within its bounds of size and age. */
export class SpoolQuota {
  private readonly limits: SpoolLimits
  private readonly ownership: SegmentOwnership
  private readonly holders: () => readonly SegmentHolder[]
  private readonly onProgress: () => void
  private othersBytes: number | undefined
  private writtenSinceRefresh = 0
  private refreshedAt = 0
  /** The others' segments as they were listed last. */
  private others: ListedSegment[] = []
  /** Those of `others` that are abandoned, oldest first; `undefined` until room has to be made. */
  private abandoned: ListedSegment[] | undefined

  /**
   * `holders` returns those of the destinations that this process sends to; `onProgress` is called for each segment that is
   * dropped.
   */
  constructor(
    limits: SpoolLimits,
    ownership: SegmentOwnership,
    holders: () => readonly SegmentHolder[],
    onProgress: () => void,
  ) {
    this.limits = limits
    this.ownership = ownership
    this.holders = holders
    this.onProgress = onProgress
  }

  /** Whether `bytes` more may be stored, after dropping the oldest segments where `mayDrop` allows it. Throws. */
  reserve(bytes: number, requester: SegmentHolder, mayDrop: boolean): boolean {
    const { maxBytes } = this.limits
    if (this.othersBytes === undefined || this.writtenSinceRefresh > maxBytes / REFRESH_SHARE) this.refresh(requester)
    if (this.storedBytes + bytes > maxBytes) {
      if (this.writtenSinceRefresh > 0 || this.listIsOld) this.refresh(requester)
      while (this.storedBytes + bytes > maxBytes) if (!mayDrop || !this.dropOldest(requester)) return false
    }
    this.writtenSinceRefresh += bytes
    return true
  }

  /** Lists what the other processes keep for every destination, and removes expired segments and heartbeat files without an owner. Throws. */
  refresh(requester: SegmentHolder): void {
    const { directory } = this.limits
    for (const destination of this.holders()) destination.expire()
    this.writtenSinceRefresh = 0
    this.refreshedAt = performance.now()
    this.othersBytes = 0
    this.others = []
    this.abandoned = undefined
    const names = namesIn(directory)
    const owners = new Set<string>()
    for (const folder of listDestinations(directory, names)) {
      for (const listed of segmentsIn(folder)) {
        if (listed.owner === this.ownership.owner) continue
        owners.add(listed.owner)
        this.othersBytes += listed.storedBytes
        if (!this.expired(listed) || !this.drop(listed, requester, 'expired')) this.others.push(listed)
      }
    }
    for (const name of names) {
      const owner = heartbeatOwner(name)
      if (owner !== undefined && !owners.has(owner)) this.ownership.removeOwnerIfDead(owner)
    }
  }

  /** Called when a segment of another process has become this process's. */
  tookOver({ storedBytes }: ListedSegment): void {
    if (this.othersBytes !== undefined) this.othersBytes -= storedBytes
  }

  private get listIsOld(): boolean {
    return performance.now() - this.refreshedAt > LIST_AGE_MS
  }

  private get storedBytes(): number {
    let bytes = this.othersBytes ?? 0
    for (const destination of this.holders()) {
      for (const { size } of destination.segments) bytes += storedBytes(size)
    }
    return bytes
  }

  /** The name holds the time at which the file was made; a file that was emptied and used again has younger content. */
  private expired({ path, createdMs }: ListedSegment): boolean {
    const before = Date.now() - this.limits.maxAgeMs
    if (createdMs >= before) return false
    const { timeMs = createdMs } = readSegment(readOwnFile(path, MAX_SEGMENT_BYTES, SEGMENT_HEADER_BYTES))
    return timeMs < before
  }

  /** Drops the oldest segment that is this process's or abandoned; never one of another live process, which would not notice. */
  private dropOldest(requester: SegmentHolder): boolean {
    this.abandoned ??= this.ownership.abandoned(this.others).sort((a, b) => a.createdMs - b.createdMs)
    const [abandoned] = this.abandoned
    let own: { destination: SegmentHolder; segment: Segment } | undefined
    for (const destination of this.holders()) {
      for (const segment of destination.segments) {
        if (own === undefined || segment.timeMs < own.segment.timeMs) own = { destination, segment }
      }
    }
    if (abandoned !== undefined && (own === undefined || abandoned.createdMs <= own.segment.timeMs)) {
      this.abandoned.shift()
      // Another process was faster, so the list of this process is out of date.
      if (!this.drop(abandoned, requester, 'spool-full')) this.refresh(requester)
      return true
    }
    if (own === undefined) return false
    own.destination.lose(own.segment, 'spool-full')
    return true
  }

  /** `requester` counts what is dropped of a destination that this process does not send to. */
  private drop(listed: ListedSegment, requester: SegmentHolder, reason: QuotaLoss): boolean {
    this.onProgress()
    const taken = this.ownership.takeOver(listed)
    const target = this.holders().find(({ folder }) => folder === listed.folder) ?? requester
    target.discard(taken, reason)
    return taken !== undefined
  }
}

/** No segments where the folder cannot be read: the other folders are used all the same. */
function segmentsIn(folder: string): ListedSegment[] {
  try {
    return listSegments(folder)
  } catch {
    return []
  }
}
