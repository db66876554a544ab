/// <reference lib="esnext.disposable" preserve="true" />

/**
 * The metrics that this library records by itself, by the same calls that emit the events, or, where it says so in the
 * reference, that an application may record under these names.
 */
export type CodexMetricName =
  | 'codex.api_request'
  | 'codex.api_request.duration_ms'
  | 'codex.sse_event'
  | 'codex.sse_event.duration_ms'
  | 'codex.websocket.request'
  | 'codex.websocket.request.duration_ms'
  | 'codex.websocket.event'
  | 'codex.websocket.event.duration_ms'
  | 'codex.websocket.connect'
  | 'codex.websocket.connect.duration_ms'
  | 'codex.tool.call'
  | 'codex.tool.call.duration_ms'
  | 'codex.approval.requested'
  | 'codex.mcp.call'
  | 'codex.mcp.call.duration_ms'
  | 'codex.conversation.turn.count'
  | 'codex.thread.started'
  | 'codex.process.start'
  | 'codex.startup.phase.duration_ms'
  | 'codex.turn.e2e_duration_ms'
  | 'codex.turn.ttft.duration_ms'
  | 'codex.turn.ttfm.duration_ms'
  | 'codex.turn.token_usage'
  | 'codex.turn.tool.call'
  | 'codex.turn.cost_microusd'

/** Letters, digits, `.`, `_` and `-`; not empty. */
export type MetricName = CodexMetricName | (string & {})

/**
 * Keys and values of letters, digits, `.`, `_`, `-` and `/`; not empty. Refused: the key `le`, those of a conversation, a
 * user, an account or an e-mail address, however they are spelled, and the ids of a session as values. Tags tell kinds of
 * things apart, never single ones: each combination of values is a series of its own, and past 2,000 series of a metric
 * the rest is added up in one.
 */
export type MetricTags = Readonly<Record<string, string>>

/**
 * Records measurements. Nothing here throws or waits; what is not valid is dropped, counted in `health()`, and reported
 * once for each name. A name stands for one kind of metric: that of its first use.
 */
export interface MetricRecorder {
  /** Adds to a sum. `increment` is a whole number, not negative. */
  counter(name: MetricName, increment: number, tags?: MetricTags): void
  /** Records one value of a distribution: finite, not negative. */
  histogram(name: MetricName, value: number, tags?: MetricTags): void
  /** Records how long something took, in milliseconds; fractions are cut off. By custom the name ends in `_ms`. */
  recordDuration(name: MetricName, durationMs: number, tags?: MetricTags): void
  /**
   * Runs `run` once and records how long it took, until its promise settles where it returns one. Returns what it
   * returned (another thenable may become a promise), rethrows what it threw.
   */
  time<Result>(name: MetricName, tags: MetricTags | undefined, run: () => Result): Result
  /** Starts a clock. */
  startTimer(name: MetricName, tags?: MetricTags): Timer
}

/** A clock that runs; `using` ends it. */
export interface Timer {
  /** Records the time since the start, with further tags. Once only: later calls do nothing. */
  end(tags?: MetricTags): void
  [Symbol.dispose](): void
}

/** How often, and how long altogether. */
export interface RuntimeTotal {
  readonly count: number
  readonly durationMs: number
}

/** What one conversation came to so far, whether or not anything is exported. */
export interface RuntimeSummary {
  /** Turns of the user. */
  readonly turns: number
  readonly toolCalls: RuntimeTotal
  /** HTTP attempts to the model provider. */
  readonly apiCalls: RuntimeTotal
  /** Server-sent events; the time is that between them. */
  readonly streamingEvents: RuntimeTotal
  readonly websocketCalls: RuntimeTotal
  readonly tokens: RuntimeTokens
  /** From the prompt to the first sign of an answer; one for each turn that had any. */
  readonly timeToFirstToken: RuntimeTotal
}

/** Tokens, as the provider reported them. */
export interface RuntimeTokens {
  readonly total: number
  readonly input: number
  /** Of the input. */
  readonly cachedInput: number
  /** Of the input. */
  readonly cacheWriteInput: number
  readonly output: number
  /** Of the output. */
  readonly reasoningOutput: number
}
