import { renameSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import type { Heartbeat } from './heartbeat.ts'
import type { ListedSegment } from './list-segments.ts'
import { Segment, type TakenSegment } from './segment.ts'
import { formatSegmentName } from './segment-name.ts'

/** What can be wrong with one file while the others are well. */
const OWN_TROUBLES: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EIO', 'EISDIR', 'ELOOP', 'ENXIO'])

/** Decides which process a segment belongs to, and makes abandoned segments this process's own. */
export class SegmentOwnership {
  private readonly heartbeat: Heartbeat
  private readonly onTakenOver: (listed: ListedSegment) => void
  private readonly unusable = new Set<string>()
  private number = 0

  /** `onTakenOver`: a segment of another process is this process's now. */
  constructor(heartbeat: Heartbeat, onTakenOver: (listed: ListedSegment) => void) {
    this.heartbeat = heartbeat
    this.onTakenOver = onTakenOver
  }

  /** The name under which this process owns its part. */
  get owner(): string {
    return this.heartbeat.owner
  }

  /** A path for a new segment in `folder`. */
  segmentPath(folder: string, createdMs: number): string {
    return join(folder, formatSegmentName({ createdMs, owner: this.heartbeat.owner, number: this.number++ }))
  }

  /** Those of `segments` whose owner is dead and that can be taken over. Throws. */
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
   * `unreadable` when no process can use it: it is removed. Throws when the trouble is not this file's alone.
   */
  takeOver(listed: ListedSegment): TakenSegment | 'unreadable' | undefined {
    if (this.unusable.has(listed.path) || this.heartbeat.isAlive(listed.owner)) return undefined
    this.heartbeat.removeOwner(listed.owner)
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
      this.onTakenOver(listed)
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
      this.onTakenOver(listed)
      return 'unreadable'
    }
  }

  /** Removes the file of an owner that left nothing else. Throws. */
  removeOwnerIfDead(owner: string): void {
    if (!this.heartbeat.isAlive(owner)) this.heartbeat.removeOwner(owner)
  }
}
