/** The specification's exponential back-off: the ceiling doubles with every failure in a row. */
const INITIAL_CEILING_MS = 1_000
const MAX_CEILING_MS = 30_000
/** Jitter over the whole range may come out as nothing; a collector that is down still gets no requests in a loop. */
const MIN_DELAY_MS = 50
/** The longest pause that a collector can ask for: a mistaken header must not silence a run of hours. */
const MAX_RETRY_AFTER_MS = 5 * 60_000

/** Says when to try a destination again that did not take a request. All times are of the monotonic clock, in milliseconds. */
export class RetrySchedule {
  private readonly random: () => number
  private failures = 0
  private round = 0
  private forbiddenUntil = Number.NEGATIVE_INFINITY
  private reached = false
  /** Not before this time. */
  nextAttemptAt: number = Number.NEGATIVE_INFINITY

  /** `random` gives numbers from 0 up to 1. */
  constructor(random: () => number = Math.random) {
    this.random = random
  }

  /** Whether the last answer was a success. Otherwise one request at a time is enough. */
  get healthy(): boolean {
    return this.reached && this.failures === 0
  }

  get failing(): boolean {
    return this.failures > 0
  }

  succeeded(): void {
    this.reached = true
    this.failures = 0
    // The answer may belong to a request that was on its way when the collector asked for a pause.
    this.nextAttemptAt = this.forbiddenUntil
  }

  /** An attempt begins; pass the result to `failed`. */
  begin(): number {
    return this.round
  }

  /** `begun`: requests that were on their way together fail together, and that is one failure. */
  failed(begun: number, now: number, retryAfterMs: number | undefined): void {
    if (retryAfterMs !== undefined) {
      this.forbiddenUntil = Math.max(this.forbiddenUntil, now + Math.min(Math.max(0, retryAfterMs), MAX_RETRY_AFTER_MS))
    }
    if (begun === this.round) {
      this.round++
      const ceiling = Math.min(MAX_CEILING_MS, INITIAL_CEILING_MS * 2 ** this.failures)
      this.failures++
      this.nextAttemptAt = now + MIN_DELAY_MS + this.random() * (ceiling - MIN_DELAY_MS)
    }
    this.nextAttemptAt = Math.max(this.nextAttemptAt, this.forbiddenUntil)
  }

  /** A flush waits: the next attempt may be made now, unless the collector asked for a pause. */
  cutShort(now: number): void {
    this.nextAttemptAt = Math.min(this.nextAttemptAt, Math.max(now, this.forbiddenUntil))
  }
}
