import type { RequestSink } from '../delivery/request-sink.ts'
import type { SpoolLoss } from '../spool/spool-loss.ts'
import type { AssembledSpan } from './span-assembler.ts'

export interface ProvisionalTurnsOptions {
  delivery: Pick<RequestSink, 'checkpoints' | 'handOver'>
  /** The turns that are open, ended now because the process was killed. */
  killedTurns(): readonly AssembledSpan[]
  /** Makes an OTLP request; `undefined` when none can be made. */
  serialize(spans: readonly AssembledSpan[]): Uint8Array | undefined
}

/**
 * Keeps the turns that are open on disk, as they would be if the process was killed now: only a process that takes over what
 * this one left sends them. One that takes over while this process lives, because this one was stopped for long, has sent
 * them: then they are not sent again when they end.
 */
export class ProvisionalTurns {
  private readonly options: ProvisionalTurnsOptions
  /** The turns of the checkpoint that is on disk, by the numbers of their spans. */
  private saved: ReadonlySet<number> = new Set()
  /** Those that another process took over. */
  private readonly takenOver = new Set<number>()
  /** Turns that ended, and of which it is to be seen whether another process took them over. */
  private ended: AssembledSpan[] = []
  private changed = false

  constructor(options: ProvisionalTurnsOptions) {
    this.options = options
  }

  /** A turn may have begun or ended. */
  touch(): void {
    this.changed = true
  }

  /** Takes a turn that ended where another process may have sent it. */
  keeps(turn: AssembledSpan): boolean {
    const { id } = turn.opening
    if (!this.saved.has(id) && !this.takenOver.has(id)) return false
    this.ended.push(turn)
    return true
  }

  /** The turn ended, and is not to be sent. */
  forget(id: number): void {
    this.takenOver.delete(id)
    this.changed = true
  }

  /** The turns that ended and that this process is to send. */
  release(): readonly AssembledSpan[] {
    const { checkpoints } = this.options.delivery
    if (this.saved.size > 0) checkpoints.confirm()
    const ended = this.ended.splice(0)
    const own = ended.filter(({ opening }) => !this.takenOver.delete(opening.id))
    this.options.delivery.handOver(ended.length - own.length)
    return own
  }

  /** Saves the turns that are open, in place of those that were saved before. */
  save(): void {
    const { delivery, killedTurns, serialize } = this.options
    if (!this.changed || !delivery.checkpoints.possible) return
    this.changed = false
    const turns = killedTurns().filter(({ opening }) => !this.takenOver.has(opening.id))
    if (turns.length === 0) {
      delivery.checkpoints.drop()
      this.saved = new Set()
      return
    }
    const bytes = serialize(turns)
    const saved = new Set(turns.map(({ opening }) => opening.id))
    if (bytes !== undefined && delivery.checkpoints.save(bytes, true, reason => this.lost(saved, reason))) {
      this.saved = saved
    }
  }

  private lost(saved: ReadonlySet<number>, reason: SpoolLoss): void {
    this.changed = true
    if (reason === 'taken-over') for (const id of saved) this.takenOver.add(id)
    if (this.saved === saved) this.saved = new Set()
  }
}
