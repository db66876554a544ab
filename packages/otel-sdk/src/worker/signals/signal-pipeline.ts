/** One of logs, metrics and traces, in the worker: from what was taken in to the collector. */
export interface SignalPipeline {
  /** Turns everything taken in into requests, which are then on disk where there is a spool. Never rejects. */
  journal(): Promise<void>
  /** Resolves when the delivery has room for more, or at once where waiting would not make any. */
  ready(): Promise<void>
  /**
   * Sends what was journaled. Resolves to whether all of it was delivered within `timeoutMs`; `leaving`: what is safe on
   * disk is tried once.
   */
  flush(timeoutMs: number, leaving: boolean): Promise<boolean>
  /** As `flush`; then ends, and leaves on disk what is left. */
  end(timeoutMs: number): Promise<boolean>
}
