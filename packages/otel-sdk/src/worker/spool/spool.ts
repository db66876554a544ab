import { renameSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import type { Diagnostic } from '@codex/otel-api'
import type { SpoolDestination } from './destination-folder.ts'
import { DestinationSpool, type SpoolDropped } from './destination-spool.ts'
import { Heartbeat } from './heartbeat.ts'
import type { ListedSegment } from './list-segments.ts'
import { ensurePrivateDirectory, UnsafeDirectoryError } from './private-directory.ts'
import { Segment } from './segment.ts'
import { formatSegmentName } from './segment-name.ts'
import { SpoolRoom } from './spool-quota.ts'
import type { TakenSegment } from './stored-request.ts'

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
/** What can be wrong with one file while the others are well. */
const OWN_TROUBLES: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EIO', 'EISDIR', 'ELOOP', 'ENXIO'])
const MAX_SEGMENT_TARGET_BYTES = 4 * 1024 * 1024

/**
 * Keeps requests on disk until they are delivered, for one process among any number that share the directory.
 * No method throws: where the disk fails, nothing is stored, and that is counted and said once.
 */
export class Spool {
  readonly options: SpoolOptions
  /** Size at which a segment is closed and a new one begun. */
  readonly segmentBytes: number
  readonly room: SpoolRoom = new SpoolRoom(this)
  private readonly heartbeat: Heartbeat
  private readonly open = new Map<string, DestinationSpool>()
  private readonly unusable = new Set<string>()
  private prepared = false
  private blockedUntil = 0
  private told = ''
  private number = 0

  constructor(options: SpoolOptions) {
    this.options = options
    this.segmentBytes = Math.min(MAX_SEGMENT_TARGET_BYTES, Math.floor(options.maxBytes / 8))
    this.heartbeat = new Heartbeat(options.directory, {
      onDeclaredDead: () => this.declaredDead(),
      onInterval: () => this.confirmOwnership(),
    })
    if (options.predecessor !== undefined) this.heartbeat.bury(options.predecessor)
  }

  /** The name under which this process owns its part. */
  get owner(): string {
    return this.heartbeat.owner
  }

  /** Those that this process sends to. */
  get destinations(): DestinationSpool[] {
    return [...this.open.values()]
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

  /** Makes sure of the directory and of the heartbeat; looks around the first time. Throws. */
  prepare(requester?: DestinationSpool): void {
    if (this.prepared) {
      this.heartbeat.confirm()
      return
    }
    const { directory } = this.options
    ensurePrivateDirectory(directory)
    this.heartbeat.start()
    this.prepared = true
    if (requester !== undefined) this.room.look(requester)
  }

  /** A path for a new segment in `folder`. */
  segmentPath(folder: string, createdMs: number): string {
    return join(folder, formatSegmentName({ createdMs, owner: this.heartbeat.owner, number: this.number++ }))
  }

  /** Those of `segments` that nobody owns and that can be taken over. Throws. */
  abandoned(segments: readonly ListedSegment[]): ListedSegment[] {
    const alive = new Map<string, boolean>()
    return segments.filter(({ owner, path }) => {
      if (this.unusable.has(path)) return false
      const known = alive.get(owner) ?? this.heartbeat.isAlive(owner)
      alive.set(owner, known)
      return !known
    })
  }

  /**
   * Makes an abandoned segment ours. `undefined` when another process was faster, or its owner lives after all;
   * `unreadable` when it can be of no use to anybody: it is removed. Throws when the trouble is not this file's alone.
   */
  takeOver(listed: ListedSegment): TakenSegment | 'unreadable' | undefined {
    if (this.unusable.has(listed.path) || this.heartbeat.isAlive(listed.owner)) return undefined
    this.heartbeat.bury(listed.owner)
    const path = this.segmentPath(listed.folder, listed.createdMs)
    try {
      renameSync(listed.path, path)
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException
      if (code === 'ENOENT') return undefined
      if (!OWN_TROUBLES.has(code)) throw error
      // It stays where it is; others may fare better with it.
      this.unusable.add(listed.path)
      return undefined
    }
    try {
      const taken = Segment.open(path)
      this.room.tookOver(listed)
      return taken
    } catch (error) {
      const mine = OWN_TROUBLES.has((error as NodeJS.ErrnoException).code ?? '')
      try {
        if (mine) unlinkSync(path)
        else renameSync(path, listed.path)
      } catch {
        // A later process finds it under our name.
      }
      if (!mine) throw error
      this.room.tookOver(listed)
      return 'unreadable'
    }
  }

  /** Removes the file of an owner that left nothing else. Throws. */
  buryIfDead(owner: string): void {
    if (!this.heartbeat.isAlive(owner)) this.heartbeat.bury(owner)
  }

  /** Finds out whether somebody removed what this process stores. */
  confirmOwnership(): void {
    this.attempt(() => {
      if (this.prepared) this.heartbeat.beat()
      for (const destination of this.open.values()) destination.confirmOwnership()
    })
  }

  /** Does not leave a disk alone any longer that failed. */
  tryAgain(): void {
    if (this.blockedUntil !== Number.POSITIVE_INFINITY) this.blockedUntil = 0
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

  /** This process was taken for dead: whatever another one took over is that one's now. */
  private declaredDead(): void {
    this.prepared = false
    this.prepare()
    for (const destination of this.open.values()) destination.confirmOwnership()
  }
}
