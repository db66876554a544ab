/** One way of recording spans, started and ready. */
export interface SpansContender {
  /** Opens a turn, calls `work` within it, and ends the turn. */
  turn(work: () => void): Promise<void>
  /** Opens a span below the turn, with nothing but a name, and ends it. */
  span(): void
  /** Emits an event within the turn; absent where a contender has no events. */
  emit?(): void
  /** Resolves when what was recorded was handed to the receiver. */
  flush(): Promise<unknown>
}

export interface SpansContenderOptions {
  /** Where spans are taken over OTLP/HTTP, binary. */
  endpoint: string
  codexHome: string
}

export type StartSpansContender = (options: SpansContenderOptions) => SpansContender

export const SPAN_NAME = 'bench.step'
