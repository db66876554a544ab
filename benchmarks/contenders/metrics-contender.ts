/** One way of recording measurements on series, started and ready. */
export interface MetricsContender {
  /** Adds one to a sum on the series number `series`. */
  count(series: number): void
  /** Records a duration on it. */
  record(series: number, durationMs: number): void
  /** Resolves when what was recorded was handed to the receiver. */
  flush(): Promise<unknown>
}

export interface MetricsContenderOptions {
  /** Where metrics are taken over OTLP/HTTP, binary. */
  endpoint: string
  codexHome: string
  /** How many series there are. */
  series: number
}

export type StartMetricsContender = (options: MetricsContenderOptions) => MetricsContender

export const COUNTER = 'bench.calls'
export const DURATION = 'bench.calls.duration_ms'

/** The tags of a series, besides the session's. */
export const seriesTags = (count: number): { tool: string; success: string }[] =>
  Array.from({ length: count }, (_, i) => ({ tool: `tool-${i >> 1}`, success: i % 2 === 0 ? 'true' : 'false' }))
