import { randomUUID } from 'node:crypto'
import { importFiles } from '../files/import-files.ts'
import type { ImportProgress, ImportReport } from '../files/import-report.ts'
import { hashOfEnds, type ImportSource } from '../files/import-source.ts'
import { reasonOf } from '../reason.ts'
import type { Store } from '../store/store.ts'
import type { ImportState } from './contract.ts'

/** Milliseconds after which a page is told how far it is, though the last piece waits. */
const ANSWER_MS = 250

/** A file that a page sends in pieces, while it is read into the store. */
export class Upload {
  readonly id: string = randomUUID()
  /** Bytes that came, read or not. */
  received = 0
  private readonly pieces: Buffer[] = []
  private isWhole = false
  private progress: ImportProgress = { read: 0, total: undefined, added: 0 }
  private report: ImportReport | undefined
  private error: string | undefined
  private readonly cancelling = new AbortController()
  /** Waits for a piece, for room or for the end. */
  private waiting: (() => void)[] = []
  private isAsked = false
  private readonly ended: Promise<void>

  /** @param ends the first MiB of the file, and of what is behind it the last one */
  constructor(store: Store, name: string, bytes: number, ends: Uint8Array, onImported: (name: string) => void) {
    const source: ImportSource = {
      ...{ name, bytes, named: true },
      hash: async () => hashOfEnds(bytes, [ends]),
      read: signal => this.read(signal),
    }
    this.ended = importFiles(store, [source], progress => this.proceed(progress), this.cancelling.signal).then(
      report => {
        this.report = report
        if (report.logs + report.metrics + report.traces > 0) onImported(name)
      },
      error => {
        this.error = reasonOf(error)
      },
    )
    void this.ended.then(() => this.wake())
  }

  get isEnded(): boolean {
    return this.report !== undefined || this.error !== undefined
  }

  /** Whether a piece would be read soon, so that few of them are held. */
  get hasRoom(): boolean {
    return this.pieces.length === 0
  }

  /** Waits until the first piece is asked for, or none is. */
  async begun(): Promise<void> {
    while (!this.isAsked && !this.isEnded) await this.change()
  }

  add(piece: Buffer, isLast: boolean): void {
    this.received += piece.length
    if (piece.length > 0) this.pieces.push(piece)
    this.isWhole ||= isLast
    this.wake()
  }

  /** How far it is, once there is room for the next piece or nothing more is to come, or after a moment. */
  async state(): Promise<ImportState> {
    let isLate = false
    const timer = setTimeout(() => {
      isLate = true
      this.wake()
    }, ANSWER_MS)
    while (!(this.isEnded || (this.hasRoom && !this.isWhole) || isLate)) await this.change()
    clearTimeout(timer)
    return this.stateNow()
  }

  /** Ends it; what is in stays. */
  async cancel(): Promise<ImportState> {
    this.cancelling.abort()
    await this.ended
    return this.stateNow()
  }

  private stateNow(): ImportState {
    const { id, received, hasRoom, report = null, error = null } = this
    const { read, added } = this.progress
    return { id, received, read, added, hasRoom, report, error }
  }

  private async *read(signal: AbortSignal): AsyncGenerator<Buffer> {
    const aborted = (): void => this.wake()
    signal.addEventListener('abort', aborted)
    try {
      for (;;) {
        signal.throwIfAborted()
        const piece = this.pieces.shift()
        if (piece) yield piece
        else if (this.isWhole) return
        else {
          this.isAsked = true
          // A page that waits for room is told.
          this.wake()
          await this.change()
        }
      }
    } finally {
      signal.removeEventListener('abort', aborted)
      this.pieces.length = 0
    }
  }

  private proceed(progress: ImportProgress): void {
    this.progress = { ...progress }
  }

  private change(): Promise<void> {
    return new Promise(resolve => void this.waiting.push(resolve))
  }

  private wake(): void {
    for (const resolve of this.waiting.splice(0)) resolve()
  }
}
