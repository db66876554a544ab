import type { Checkpoint, DeliveryCheckpoints } from './delivery-checkpoints.ts'

/** Where the requests of a signal are handed in. No method throws or rejects. */
export interface RequestSink {
  readonly checkpoints: Pick<DeliveryCheckpoints, 'possible' | 'save' | 'confirm' | 'drop'>
  /**
   * Takes in an OTLP protobuf request; returns the number of its records, 0 for bytes that are no request. `replacing`: it says
   * what the checkpoints say, and takes their place. Default: true. `checkpoint` follows them: it is saved in the same step
   * where that can be, and else before anything is sent.
   */
  accept(bytes: Uint8Array, replacing?: boolean, checkpoint?: Checkpoint): number
  /** Counts records of which no request could be made. */
  refuse(records: number): void
  /** Counts records that another process took over from a checkpoint, and sends. */
  handOver(records: number): void
  /** Resolves when there is room for more, or when waiting would not make any. */
  ready(): Promise<void>
  /** Resolves every `ready()` that waits: the process is leaving. */
  release(): void
  /** Resolves to whether what was accepted before is delivered; `leaving`: the process ends. */
  flush(timeoutMs: number, leaving?: boolean): Promise<boolean>
  /** As `flush`, and the last call. */
  flushForExit(timeoutMs: number): Promise<boolean>
}
