import { renameSync, unlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Diagnostic } from '@codex/otel-api'
import type { SpoolDestination } from './destination-folder.ts'
import { DestinationSpool, type SpoolDropped } from './destination-spool.ts'
import { Heartbeat, heartbeatOwner } from './heartbeat.ts'
import { type ListedSegment, listDestinations, listSegments, namesIn, storedBytes } from './list-segments.ts'
import { ensurePrivateDirectory, makeDirectories, UnsafeDirectoryError } from './private-directory.ts'
import { Segment } from './segment.ts'
import { formatSegmentName } from './segment-name.ts'

export interface SpoolOptions {
  /** An absolute path; made when there is something to keep. */
  directory: string
  /** For all destinations together, as the file system stores them. */
  maxBytes: number
  /** Requests older than this are dropped. */
  maxAgeMs: number
  /** An owner that is known to be dead: what it left is claimed at once. */
  predecessor?: string | undefined
  /** Told once when the spool cannot be used, and again when it fails in another way. */
  onDiagnostic?: ((diagnostic: Diagnostic) => void) | undefined
}

/** How long a disk that failed is left alone. */
const RETRY_DISK_MS = 10_000
/** Each process looks this often at what the others wrote: how far together they can overshoot `maxBytes`. */
const LOOK_EVERY_SHARE = 64
const MAX_SEGMENT_TARGET_BYTES = 4 * 1024 * 1024

/**
 * Keeps requests on disk until they are delivered, for one process among any number that share the directory.
 * No method throws: where the disk fails, nothing is stored, and that is counted and said once.
 */
export class Spool {
  readonly options: SpoolOptions
  /** Size at which a segment is closed and a new one begun. */
  readonly segmentBytes: number
  private readonly heartbeat: Heartbeat
  private readonly open = new Map<string, DestinationSpool>()
  private prepared = false
  private blockedUntil = 0
  private told = ''
  private number = 0
  private othersBytes: number | undefined
  private writtenSinceLook = 0

  constructor(options: SpoolOptions) {
    this.options = options
    this.segmentBytes = Math.min(MAX_SEGMENT_TARGET_BYTES, Math.floor(options.maxBytes / 8))
    this.heartbeat = new Heartbeat(options.directory, () => this.confirmOwnership())
    if (options.predecessor !== undefined) this.heartbeat.bury(options.predecessor)
  }

  /** The name under which this process owns its part. */
  get owner(): string {
    return this.heartbeat.owner
  }

  /** The part of the spool for one destination; one at a time for each. */
  destination(destination: SpoolDestination, onDropped: SpoolDropped): DestinationSpool {
    const spool = new DestinationSpool(this, destination, onDropped)
    this.open.set(spool.folder, spool)
    return spool
  }

  /** Runs what touches the disk; `undefined` when that fails, or failed a moment ago. */
  attempt<Result>(run: () => Result): Result | undefined {
    if (performance.now() < this.blockedUntil) return undefined
    try {
      return run()
    } catch (error) {
      this.failed(error)
      return undefined
    }
  }

  /** Makes sure of the directory and of the heartbeat. Throws. */
  prepare(): void {
    if (this.prepared) {
      this.heartbeat.confirm()
      return
    }
    const { directory } = this.options
    makeDirectories(dirname(directory))
    ensurePrivateDirectory(directory)
    this.heartbeat.start()
    this.prepared = true
  }

  /** A path for a new segment in `folder`. */
  segmentPath(folder: string, createdMs: number): string {
    return join(folder, formatSegmentName({ createdMs, owner: this.heartbeat.owner, number: this.number++ }))
  }

  /** Whether `bytes` more may be stored, after making room at the expense of the oldest. Throws. */
  makeRoom(bytes: number, requester: DestinationSpool): boolean {
    const { maxBytes } = this.options
    if (this.othersBytes === undefined || this.writtenSinceLook > maxBytes / LOOK_EVERY_SHARE) this.look()
    if (this.storedBytes + bytes > maxBytes) {
      this.look()
      while (this.storedBytes + bytes > maxBytes) if (!this.dropOldest(requester)) return false
    }
    this.writtenSinceLook += bytes
    return true
  }

  /** The segments in `folder` that nobody owns, oldest first. Throws. */
  abandoned(folder: string): ListedSegment[] {
    const alive = new Map<string, boolean>()
    return listSegments(folder).filter(({ owner }) => {
      const known = alive.get(owner) ?? this.heartbeat.isAlive(owner)
      alive.set(owner, known)
      return !known
    })
  }

  /** Makes an abandoned segment ours; `undefined` when another process was faster. Throws. */
  takeOver(listed: ListedSegment): ReturnType<typeof Segment.open> | undefined {
    this.heartbeat.bury(listed.owner)
    const path = this.segmentPath(listed.folder, listed.createdMs)
    try {
      renameSync(listed.path, path)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
    this.othersBytes = undefined
    try {
      return Segment.open(path)
    } catch (error) {
      // A link, put there by somebody: the link goes, what it points to is not ours to touch.
      if ((error as NodeJS.ErrnoException).code !== 'ELOOP') throw error
      unlinkSync(path)
      return undefined
    }
  }

  failed(error: unknown): void {
    const { code = 'unknown', message } = error as NodeJS.ErrnoException
    this.blockedUntil =
      error instanceof UnsafeDirectoryError ? Number.POSITIVE_INFINITY : performance.now() + RETRY_DISK_MS
    this.prepared = false
    for (const destination of this.open.values()) destination.distrustFolder()
    if (this.told === code) return
    this.told = code
    const why = error instanceof UnsafeDirectoryError ? message : `${this.options.directory}: ${code}`
    this.options.onDiagnostic?.({
      severity: 'warning',
      code: 'spool-unusable',
      message: `telemetry cannot be kept on disk (${why}); what is not delivered before the process ends is lost`,
    })
  }

  /** Called by a destination when it is ended; the last one ends the ownership of everything that is left. */
  ended(destination: DestinationSpool): void {
    this.open.delete(destination.folder)
    if (this.open.size > 0) return
    this.heartbeat.stop()
    this.prepared = false
  }

  private get storedBytes(): number {
    let bytes = this.othersBytes ?? 0
    for (const destination of this.open.values()) {
      for (const { size } of destination.segments) bytes += storedBytes(size)
    }
    return bytes
  }

  private look(): void {
    this.heartbeat.beat()
    this.writtenSinceLook = 0
    this.othersBytes = 0
    const owners = new Set<string>()
    for (const folder of listDestinations(this.options.directory)) {
      for (const { owner, storedBytes } of listSegments(folder)) {
        owners.add(owner)
        if (owner !== this.heartbeat.owner) this.othersBytes += storedBytes
      }
    }
    this.buryWithout(owners)
  }

  private buryWithout(owners: ReadonlySet<string>): void {
    for (const name of namesIn(this.options.directory)) {
      const owner = heartbeatOwner(name)
      if (owner !== undefined && !owners.has(owner) && !this.heartbeat.isAlive(owner)) this.heartbeat.bury(owner)
    }
  }

  /** Drops the oldest segment that is ours or nobody's; never one of another live process, which would not notice. */
  private dropOldest(requester: DestinationSpool): boolean {
    const [abandoned] = listDestinations(this.options.directory)
      .flatMap(folder => this.abandoned(folder))
      .sort((a, b) => a.createdMs - b.createdMs)
    let own: { destination: DestinationSpool; segment: Segment } | undefined
    for (const destination of this.open.values()) {
      for (const segment of destination.segments) {
        if (own === undefined || segment.timeMs < own.segment.timeMs) own = { destination, segment }
      }
    }
    if (abandoned !== undefined && (own === undefined || abandoned.createdMs <= own.segment.timeMs)) {
      const taken = this.takeOver(abandoned)
      const target = this.open.get(abandoned.folder) ?? requester
      if (taken !== undefined) target.discard(taken, 'spool-full')
      this.look()
      return true
    }
    if (own === undefined) return false
    own.destination.lose(own.segment, 'spool-full')
    return true
  }

  /** This process was taken for dead: whatever another one took over is that one's now. */
  private confirmOwnership(): void {
    this.prepared = false
    this.prepare()
    for (const destination of this.open.values()) destination.confirmOwnership()
  }
}
