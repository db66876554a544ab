import type { Diagnostic } from '@codex/otel-api'
import type { SpoolDestination } from './destination-folder.ts'
import { DestinationSpool, type SpoolDropped } from './destination-spool.ts'
import { DiskGuard } from './disk-guard.ts'
import { dropSpanCheckpoints } from './drop-span-checkpoints.ts'
import { Heartbeat } from './heartbeat.ts'
import { ensurePrivateDirectory } from './private-directory.ts'
import { SegmentOwnership } from './segment-ownership.ts'
import { type SegmentHolder, SpoolQuota } from './spool-quota.ts'

export interface SpoolOptions {
  /** An absolute path; the spool makes it with its first request. */
  directory: string
  /** For all destinations together, as the file system stores them. */
  maxBytes: number
  /** The spool drops requests older than this. */
  maxAgeMs: number
  /** The owner of the worker that crashed before this one: its segments can be claimed at once, without the checkpoints that this one says anew. */
  predecessor?: string | undefined
  /** Called for each segment that is taken over or dropped: many of them take a while. */
  onProgress?: (() => void) | undefined
  /** Called once when the spool cannot be used, and again when it fails in another way. */
  onDiagnostic?: ((diagnostic: Diagnostic) => void) | undefined
}

const MAX_SEGMENT_TARGET_BYTES = 4 * 1024 * 1024

/**
 * Keeps requests on disk until they are delivered, for one process among any number that share the directory.
 * No method throws: where the disk fails, the spool stores nothing, counts that, and reports it once.
 */
export class Spool {
  private readonly options: SpoolOptions
  /** Size at which a segment is closed and a new one begun. */
  readonly segmentBytes: number
  private readonly guard: DiskGuard
  private readonly ownership: SegmentOwnership
  private readonly quota: SpoolQuota
  private readonly onProgress: () => void
  private readonly heartbeat: Heartbeat
  private readonly open = new Map<string, DestinationSpool>()
  private prepared = false

  constructor(options: SpoolOptions) {
    this.options = options
    this.segmentBytes = Math.min(MAX_SEGMENT_TARGET_BYTES, Math.floor(options.maxBytes / 8))
    this.heartbeat = new Heartbeat(options.directory, {
      onOwnershipLost: () => this.ownershipLost(),
      onInterval: () => this.confirmOwnership(),
    })
    this.ownership = new SegmentOwnership(this.heartbeat, listed => this.quota.tookOver(listed))
    const { onProgress = () => {} } = options
    this.onProgress = onProgress
    this.quota = new SpoolQuota(options, this.ownership, () => [...this.open.values()], onProgress)
    this.guard = new DiskGuard({
      directory: options.directory,
      onDiagnostic: options.onDiagnostic,
      onFailed: () => {
        this.prepared = false
        for (const destination of this.open.values()) destination.distrustFolder()
      },
    })
    const { directory, predecessor } = options
    if (predecessor === undefined) return
    this.guard.attempt(() => dropSpanCheckpoints(directory, predecessor))
    this.heartbeat.removeOwner(predecessor)
  }

  /** The name under which this process owns its segments. */
  get owner(): string {
    return this.heartbeat.owner
  }

  /** The part of the spool for one destination; one at a time for each. */
  destination(destination: SpoolDestination, onDropped: SpoolDropped): DestinationSpool {
    const { guard, onProgress, ownership, quota, segmentBytes } = this
    const { directory, maxBytes, maxAgeMs } = this.options
    const spool = new DestinationSpool({
      destination,
      onDropped,
      onProgress,
      limits: { directory, maxBytes, maxAgeMs, segmentBytes },
      guard,
      ownership,
      quota,
      prepare: requester => this.prepare(requester),
      confirmAll: () => this.confirmOwnership(),
      onEnded: () => this.ended(spool),
    })
    this.open.set(spool.folder, spool)
    return spool
  }

  /** Makes the directory and the heartbeat file where they are missing; applies the quota the first time. Throws. */
  private prepare(requester?: SegmentHolder): void {
    if (this.prepared) {
      this.heartbeat.confirm()
      return
    }
    const { directory } = this.options
    ensurePrivateDirectory(directory)
    this.heartbeat.start()
    this.prepared = true
    if (requester !== undefined) this.quota.refresh(requester)
  }

  /** Finds out whether another program removed segments of this process. */
  confirmOwnership(): void {
    this.guard.attempt(() => {
      if (this.prepared) this.heartbeat.beat()
      for (const destination of this.open.values()) destination.confirmOwnership()
    })
  }

  /** A destination has ended; the last one ends the ownership of everything that is left. */
  private ended(destination: DestinationSpool): void {
    this.open.delete(destination.folder)
    if (this.open.size > 0) return
    this.heartbeat.stop()
    this.prepared = false
  }

  /** Called when another process took this one for dead: the segments that it took over are its own now. */
  private ownershipLost(): void {
    this.prepared = false
    this.prepare()
    for (const destination of this.open.values()) destination.confirmOwnership()
  }
}
