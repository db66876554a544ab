import { lstatSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { fileRefusal, removeOwnFile } from '../../protocol/own-file.ts'
import type { Heartbeat } from './heartbeat.ts'
import type { ListedSegment } from './list-segments.ts'
import { RefusedFileError } from './open-own-file.ts'
import { Segment, type TakenSegment } from './segment.ts'
import { MAX_SEGMENT_BYTES } from './segment-format.ts'
import { formatSegmentName } from './segment-name.ts'

/** Failures that concern one file while the others can be used. */
const OWN_FAILURES: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EIO'])

/** Decides which process a segment belongs to, and makes abandoned segments this process's own. */
export class SegmentOwnership {
  private readonly heartbeat: Heartbeat
  private readonly onTakenOver: (listed: ListedSegment) => void
  private readonly unusable = new Set<string>()
  private number = 0

  /** `onTakenOver` is called when a segment of another process has become this process's. */
  constructor(heartbeat: Heartbeat, onTakenOver: (listed: ListedSegment) => void) {
    this.heartbeat = heartbeat
    this.onTakenOver = onTakenOver
  }

  /** The name under which this process owns its segments. */
  get owner(): string {
    return this.heartbeat.owner
  }

  /** A path for a new segment in `folder`. */
  segmentPath(folder: string, createdMs: number): string {
    return join(folder, formatSegmentName({ createdMs, owner: this.heartbeat.owner, number: this.number++ }))
  }

  /** Those of `segments` that this process can take over because their owner is dead. Throws. */
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
   * Makes an abandoned segment this process's own. `undefined` when another process was faster, the owner lives after all, or
   * the entry is no plain file of this user: that one stays as it is. `unreadable` when no process can use the file: it is
   * removed. Throws when the failure is not this file's alone.
   */
  takeOver(listed: ListedSegment): TakenSegment | 'unreadable' | undefined {
    if (this.unusable.has(listed.path) || this.heartbeat.isAlive(listed.owner)) return undefined
    if (this.isRefused(listed.path)) return undefined
    this.heartbeat.removeOwner(listed.owner)
    const path = this.segmentPath(listed.folder, listed.createdMs)
    try {
      renameSync(listed.path, path)
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException
      if (code === 'ENOENT') return undefined
      if (!OWN_FAILURES.has(code)) throw error
      // It stays where it is; another process may be able to use it.
      this.unusable.add(listed.path)
      return undefined
    }
    let taken: TakenSegment | 'unreadable' | undefined
    try {
      taken = Segment.open(path)
    } catch (error) {
      taken = this.failedToOpen(error, path, listed)
    }
    if (taken !== undefined) this.onTakenOver(listed)
    return taken
  }

  /** Removes the heartbeat file of an owner that left nothing else. Throws. */
  removeOwnerIfDead(owner: string): void {
    if (!this.heartbeat.isAlive(owner)) this.heartbeat.removeOwner(owner)
  }

  /** Removes a segment that no process can read; any other entry gets its name back. */
  private failedToOpen(error: unknown, path: string, listed: ListedSegment): 'unreadable' | undefined {
    const unreadable = OWN_FAILURES.has((error as NodeJS.ErrnoException).code ?? '')
    try {
      if (unreadable) removeOwnFile(path)
      else renameSync(path, listed.path)
    } catch {
      // The entry stays under this process's name, for a later process.
    }
    if (unreadable) return 'unreadable'
    if (!(error instanceof RefusedFileError)) throw error
    // Another entry took the segment's place before the rename.
    this.unusable.add(listed.path)
    return undefined
  }

  private isRefused(path: string): boolean {
    const stat = lstatSync(path, { throwIfNoEntry: false })
    if (stat === undefined || fileRefusal(stat, MAX_SEGMENT_BYTES) === undefined) return false
    this.unusable.add(path)
    return true
  }
}
