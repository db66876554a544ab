import { closeSync, constants, fchmodSync, fstatSync, writeSync } from 'node:fs'
import { heartbeatFile } from '../../protocol/heartbeat-file.ts'
import { removeOwnFile } from '../../protocol/own-file.ts'
import { openOwnFile } from './open-own-file.ts'
import { ownerLives, STALE_AFTER_MS } from './owner-liveness.ts'
import { describeProcess } from './owner-process.ts'

/** How often a live process renews its heartbeat file. */
const BEAT_INTERVAL_MS = 10_000

export interface HeartbeatEvents {
  /** Called when another process has removed the file, as after a long stop of this process; `start` makes it again. */
  onOwnershipLost(): void
  onInterval(): void
}

/**
 * Keeps a heartbeat file named after this process, whose time shows that the process lives, and reads those of other
 * processes. The file also names the process, so that others on the same machine know at once that it was killed.
 *
 * The times that are compared all come from the file system, so clocks of machines that share a home may differ.
 * A process without a file has ended: a process makes its file first of all and removes it last of all.
 */
export class Heartbeat {
  /** Never made from a process id, which containers that share a home repeat. */
  readonly owner: string = randomName()
  private readonly directory: string
  private fd: number | undefined
  private timer: NodeJS.Timeout | undefined
  private lastBeatMs = 0
  private readonly on: HeartbeatEvents

  constructor(directory: string, on: HeartbeatEvents) {
    this.directory = directory
    this.on = on
  }

  /** Throws what the file system throws. */
  start(): void {
    if (this.fd !== undefined) return
    this.create()
    this.timer ??= setInterval(() => {
      try {
        this.beat()
      } catch {
        // Failures of the disk are reported when a request is to be stored.
      }
      this.on.onInterval()
    }, BEAT_INTERVAL_MS)
    this.timer.unref()
  }

  /** Renews the time and returns it: now, as the file system sees it. */
  beat(): number {
    this.start()
    const fd = this.fd as number
    writeSync(fd, `${describeProcess()}\n`, 0)
    this.lastBeatMs = Date.now()
    const { nlink, mtimeMs } = fstatSync(fd)
    if (nlink === 0) {
      closeSync(fd)
      this.fd = undefined
      this.on.onOwnershipLost()
    }
    return mtimeMs
  }

  /** After a pause in which other processes may have taken this one for dead: finds out whether they did. */
  confirm(): void {
    if (this.fd !== undefined && Math.abs(Date.now() - this.lastBeatMs) > STALE_AFTER_MS / 2) this.beat()
  }

  /** Whether `owner` lives. Throws what the file system throws. */
  isAlive(owner: string): boolean {
    return owner === this.owner || ownerLives(this.directory, owner, () => this.beat())
  }

  /** Removes the heartbeat file of a dead owner; an owner that lives after all notices it. */
  removeOwner(owner: string): void {
    try {
      removeOwnFile(this.pathOf(owner))
    } catch {
      // The owner ended properly, or another process was faster.
    }
  }

  stop(): void {
    clearInterval(this.timer)
    this.timer = undefined
    if (this.fd === undefined) return
    closeSync(this.fd)
    this.fd = undefined
    this.removeOwner(this.owner)
  }

  private create(): void {
    this.fd = openOwnFile(this.pathOf(this.owner), constants.O_RDWR | constants.O_CREAT).fd
    fchmodSync(this.fd, 0o600)
    writeSync(this.fd, `${describeProcess()}\n`, 0)
    this.lastBeatMs = Date.now()
  }

  private pathOf(owner: string): string {
    return heartbeatFile(this.directory, owner)
  }
}

/** The owner whose heartbeat file is called `name`. */
export function heartbeatOwner(name: string): string | undefined {
  return /^([0-9a-f]{16})\.alive$/.exec(name)?.[1]
}

/** 16 hexadecimal digits. They need not be hard to guess, and a new thread takes 4 ms to load `node:crypto`. */
function randomName(): string {
  const half = (): string => Math.floor(Math.random() * 2 ** 32).toString(16)
  return `${half().padStart(8, '0')}${half().padStart(8, '0')}`
}
