import type { DestinationSpool } from './destination-spool.ts'
import { heartbeatOwner } from './heartbeat.ts'
import { type ListedSegment, listDestinations, listSegments, namesIn, storedBytes } from './list-segments.ts'
import { readSegmentFile } from './read-segment-file.ts'
import type { Segment } from './segment.ts'
import { readSegment, SEGMENT_HEADER_BYTES } from './segment-format.ts'
import type { Spool } from './spool.ts'

/** Each process looks this often at what the others wrote: how far together they can overshoot `maxBytes`. */
const LOOK_EVERY_SHARE = 64

/** Keeps the spool as a whole, all destinations and processes together, within its bounds of size and age. */
export class SpoolRoom {
  private readonly spool: Spool
  private othersBytes: number | undefined
  private writtenSinceLook = 0

  constructor(spool: Spool) {
    this.spool = spool
  }

  /** Whether `bytes` more may be stored, after making room at the expense of the oldest where that is allowed. Throws. */
  make(bytes: number, requester: DestinationSpool, mayDrop: boolean): boolean {
    const { maxBytes } = this.spool.options
    if (this.othersBytes === undefined || this.writtenSinceLook > maxBytes / LOOK_EVERY_SHARE) this.look(requester)
    if (this.storedBytes + bytes > maxBytes) {
      if (this.writtenSinceLook > 0) this.look(requester)
      while (this.storedBytes + bytes > maxBytes) if (!mayDrop || !this.dropOldest(requester)) return false
    }
    this.writtenSinceLook += bytes
    return true
  }

  /** Finds out what the others keep, and removes what is too old or of no use, whoever it was for. Throws. */
  look(requester: DestinationSpool): void {
    const { directory } = this.spool.options
    for (const destination of this.spool.destinations) destination.expire()
    this.writtenSinceLook = 0
    this.othersBytes = 0
    const names = namesIn(directory)
    const owners = new Set<string>()
    for (const folder of listDestinations(directory, names)) {
      for (const listed of segmentsIn(folder)) {
        if (listed.owner === this.spool.owner) continue
        owners.add(listed.owner)
        this.othersBytes += listed.storedBytes
        if (this.expired(listed)) this.drop(listed, requester, 'expired')
      }
    }
    for (const name of names) {
      const owner = heartbeatOwner(name)
      if (owner !== undefined && !owners.has(owner)) this.spool.buryIfDead(owner)
    }
  }

  /** A segment of another process is ours now. */
  tookOver({ storedBytes }: ListedSegment): void {
    if (this.othersBytes !== undefined) this.othersBytes -= storedBytes
  }

  private get storedBytes(): number {
    let bytes = this.othersBytes ?? 0
    for (const destination of this.spool.destinations) {
      for (const { size } of destination.segments) bytes += storedBytes(size)
    }
    return bytes
  }

  /** The name says when the file was made; a file that was emptied and used again has younger content. */
  private expired({ path, createdMs }: ListedSegment): boolean {
    const before = Date.now() - this.spool.options.maxAgeMs
    if (createdMs >= before) return false
    const { timeMs = createdMs } = readSegment(readSegmentFile(path, SEGMENT_HEADER_BYTES))
    return timeMs < before
  }

  /** Drops the oldest segment that is ours or nobody's; never one of another live process, which would not notice. */
  private dropOldest(requester: DestinationSpool): boolean {
    const [abandoned] = listDestinations(this.spool.options.directory)
      .flatMap(folder => this.spool.abandoned(segmentsIn(folder)))
      .sort((a, b) => a.createdMs - b.createdMs)
    let own: { destination: DestinationSpool; segment: Segment } | undefined
    for (const destination of this.spool.destinations) {
      for (const segment of destination.segments) {
        if (own === undefined || segment.timeMs < own.segment.timeMs) own = { destination, segment }
      }
    }
    if (abandoned !== undefined && (own === undefined || abandoned.createdMs <= own.segment.timeMs)) {
      // Another process was faster, and what it found is no longer what we know.
      if (!this.drop(abandoned, requester, 'spool-full')) this.look(requester)
      return true
    }
    if (own === undefined) return false
    own.destination.lose(own.segment, 'spool-full')
    return true
  }

  /** What is dropped of a destination that this process does not send to is counted by the one that it is dropped for. */
  private drop(listed: ListedSegment, requester: DestinationSpool, reason: 'spool-full' | 'expired'): boolean {
    const taken = this.spool.takeOver(listed)
    const target = this.spool.destinations.find(({ folder }) => folder === listed.folder) ?? requester
    target.discard(taken, reason)
    return taken !== undefined
  }
}

/** None where a folder cannot be read: that must not keep the others from being used. */
function segmentsIn(folder: string): ListedSegment[] {
  try {
    return listSegments(folder)
  } catch {
    return []
  }
}
