/** One way of recording the events, started and ready. */
export interface Contender {
  /** Records the event number `sequence`. */
  emit(sequence: number): void
  /** Resolves when what was recorded was handed to the receiver, or lost. */
  flush(): Promise<unknown>
  shutdown(): Promise<unknown>
}

export interface ContenderOptions {
  /** Where OTLP over HTTP, binary, is taken; unreachable for what sends nothing. */
  endpoint: string
  /** A directory of this run's own, as an absolute path. */
  codexHome: string
}

export type StartContender = (options: ContenderOptions) => Contender
