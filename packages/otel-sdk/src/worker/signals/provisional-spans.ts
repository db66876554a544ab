import type { Checkpoint } from '../delivery/delivery-checkpoints.ts'
import type { RequestSink } from '../delivery/request-sink.ts'
import type { SpoolLoss } from '../spool/spool-loss.ts'
import type { AssembledSpan } from './assembled-span.ts'

export interface ProvisionalSpansOptions {
  delivery: Pick<RequestSink, 'checkpoints' | 'handOver'>
  /** The spans that are open and that others may be below, ended now because the process was killed. */
  killedSpans(): readonly AssembledSpan[]
  /** Makes an OTLP request; `undefined` when none can be made. */
  serialize(spans: readonly AssembledSpan[]): Uint8Array | undefined
}

/**
 * Keeps the spans that are open and that others are below on disk, as they would be if the process was killed now: only a
 * process that takes over what this one left sends them. One that takes over while this process lives, because this one was
 * stopped for long, has sent them: then they are not sent again when they end.
 */
export class ProvisionalSpans {
  private readonly options: ProvisionalSpansOptions
  /** The spans of the checkpoint that is on disk, by their numbers. */
  private saved: ReadonlySet<number> = new Set()
  /** Those that another process took over. */
  private readonly takenOver = new Set<number>()
  /** Spans that ended, and of which it is to be seen whether another process took them over. */
  private ended: AssembledSpan[] = []
  private changed = false

  constructor(options: ProvisionalSpansOptions) {
    this.options = options
  }

  /** A span may have begun or ended. */
  touch(): void {
    this.changed = true
  }

  /** Takes a span that ended where another process may have sent it. */
  keeps(span: AssembledSpan): boolean {
    const { id } = span.opening
    if (!this.saved.has(id) && !this.takenOver.has(id)) return false
    this.ended.push(span)
    return true
  }

  /** The span ended, and is not to be sent. */
  forget(id: number): void {
    this.takenOver.delete(id)
    this.changed = true
  }

  /** The spans that ended and that this process is to send. */
  release(): readonly AssembledSpan[] {
    const { checkpoints } = this.options.delivery
    if (this.saved.size > 0) checkpoints.confirm()
    const ended = this.ended.splice(0)
    const own = ended.filter(({ opening }) => !this.takenOver.delete(opening.id))
    this.options.delivery.handOver(ended.length - own.length)
    return own
  }

  /** The spans that are open, to be saved in place of those that were saved before; `undefined` where there is nothing to save. */
  prepare(): Checkpoint | undefined {
    const { delivery, killedSpans, serialize } = this.options
    if (!this.changed || !delivery.checkpoints.possible) return undefined
    this.changed = false
    const spans = killedSpans().filter(({ opening }) => !this.takenOver.has(opening.id))
    if (spans.length === 0) {
      this.saved = new Set()
      return undefined
    }
    const saved = new Set(spans.map(({ opening }) => opening.id))
    const bytes = serialize(spans)
    const onSaved = (): void => {
      this.saved = saved
    }
    return bytes && { bytes, onSaved, onLost: reason => this.lost(saved, reason) }
  }

  /** Saves what `prepare` gave. */
  save(checkpoint: Checkpoint | undefined): void {
    const { checkpoints } = this.options.delivery
    if (checkpoint !== undefined) {
      const { bytes, onLost, onSaved } = checkpoint
      if (checkpoints.save(bytes, true, onLost)) onSaved()
    } else if (this.saved.size === 0) checkpoints.drop()
  }

  private lost(saved: ReadonlySet<number>, reason: SpoolLoss): void {
    this.changed = true
    if (reason === 'taken-over') for (const id of saved) this.takenOver.add(id)
    if (this.saved === saved) this.saved = new Set()
  }
}
