import { recordsIn } from '../otlp/count-records.ts'
import { type RequestPart, splitToFit } from '../otlp/split-request.ts'
import { Backpressure } from './backpressure.ts'
import { type Batch, createBatch } from './delivery-batch.ts'
import { type Checkpoint, DeliveryCheckpoints } from './delivery-checkpoints.ts'
import { DeliveryFlushes, type FlushRequest } from './delivery-flush.ts'
import { type DeliveryLimits, type DeliveryOptions, deliveryLimits } from './delivery-options.ts'
import { DeliveryOutcomes } from './delivery-outcomes.ts'
import { DeliveryQueue } from './delivery-queue.ts'
import { DeliveryReports } from './delivery-reports.ts'
import { DeliverySender } from './delivery-sender.ts'
import type { DeliveryStats } from './delivery-stats.ts'
import { RecordLedger } from './record-ledger.ts'
import { Recovery } from './recovery.ts'
import type { RequestSink } from './request-sink.ts'
import type { FollowingCheckpoint, RequestStore } from './request-store.ts'
import { RetrySchedule } from './retry-schedule.ts'
import { UndeliveredBatches } from './undelivered-batches.ts'

/** A collector that takes little at a time is sent parts of a request; a larger request gains nothing. */
const MAX_REQUEST_BYTES = 1024 * 1024
const NEVER = Number.POSITIVE_INFINITY
const AT_ONCE = Number.NEGATIVE_INFINITY

/**
 * Takes requests in at any rate and sends them when it can. No method throws or rejects: the numbers in `stats` say where
 * every record is.
 */
export class Delivery implements RequestSink {
  readonly checkpoints: DeliveryCheckpoints
  private readonly options: DeliveryOptions
  private readonly limits: Readonly<DeliveryLimits>
  /** Requests that are taken in are cut into parts of at most this size, so that each fits into a segment of the spool. */
  private readonly requestBytes: number
  private readonly store: RequestStore | undefined
  private readonly queue: DeliveryQueue
  private readonly batches: UndeliveredBatches
  private readonly sender: DeliverySender
  private readonly recovery: Recovery
  private readonly retry: RetrySchedule
  private readonly reports: DeliveryReports
  private readonly ledger: RecordLedger
  private readonly flushes = new DeliveryFlushes()
  private readonly backpressure = new Backpressure()
  private timer: NodeJS.Timeout | undefined
  private timerAt = NEVER
  private exiting = false
  private ended = false

  constructor(options: DeliveryOptions) {
    const { onBreach, onDiagnostic, random, scheduleDelayMs, signal, spool } = options
    this.options = options
    this.limits = deliveryLimits(options)
    this.requestBytes = Math.min(MAX_REQUEST_BYTES, spool?.segmentBytes ?? MAX_REQUEST_BYTES)
    this.retry = new RetrySchedule(random)
    this.reports = new DeliveryReports(signal, onDiagnostic)
    this.ledger = new RecordLedger(onBreach ?? (problem => this.reports.breach(problem)))
    this.store = this.openStore()
    this.checkpoints = new DeliveryCheckpoints(this.store, signal, this.ledger.stats, this.reports, () =>
      options.onStats?.(this.stats),
    )
    const outcomes = new DeliveryOutcomes(this.ledger, this.flushes, this.reports)
    this.queue = new DeliveryQueue(this.store, this.ledger, outcomes, this.limits)
    this.batches = new UndeliveredBatches(this.store, this.queue, outcomes)
    this.recovery = new Recovery(this.store, this.queue, scheduleDelayMs)
    const isSafe = (): boolean => this.store !== undefined && this.queue.safe
    this.sender = new DeliverySender(
      { ...options, maxBatchBytes: this.limits.batchBytes, isSafe },
      this.retry,
      outcomes,
    )
    this.arm()
  }

  /** The numbers at this moment: the same object each time. */
  get stats(): Readonly<DeliveryStats> {
    return this.ledger.stats
  }

  /**
   * Takes in an OTLP protobuf request of this signal: when this returns, the request is on disk, where there is a spool, and
   * the checkpoints, where it is `replacing` them, are not. Returns the number of its records; 0 for bytes that are no request, of which nothing is counted.
   */
  accept(bytes: Uint8Array, replacing = true, checkpoint?: Checkpoint): number {
    const records = recordsIn(bytes, this.options.signal)
    if (records === 0) return 0
    // One request takes the place of the checkpoints, whatever its size.
    const maxBytes = replacing && this.checkpoints.any ? Number.POSITIVE_INFINITY : this.requestBytes
    const following = checkpoint && this.checkpoints.following(checkpoint)
    for (const part of splitToFit({ bytes, records }, this.options.signal, maxBytes)) {
      this.options.onProgress?.()
      if (this.ended) this.leaveToNextProcess(part)
      else this.enqueue(part, replacing, following)
    }
    if (replacing) this.checkpoints.replaced()
    if (checkpoint !== undefined) this.checkpoints.follow(checkpoint, following?.stored)
    this.pump()
    return records
  }

  /** Counts records of which no request could be made. */
  refuse(records: number): void {
    this.ledger.moved('accepted', 'invalid', records)
    this.reports.dropped('invalid', records)
    this.options.onStats?.(this.stats)
  }

  /** Counts records that another process took over from a checkpoint, and sends. */
  handOver(records: number): void {
    if (records === 0) return
    this.ledger.moved('accepted', 'spooled', records)
    this.options.onStats?.(this.stats)
  }

  /**
   * Resolves when little is pending, or when waiting would not change that: the collector is down or slow, or the
   * process is leaving. A caller with a burst of requests waits here after each one, so that it need not go to disk.
   */
  ready(): Promise<void> {
    return this.worthWaiting() ? this.backpressure.wait() : Promise.resolve()
  }

  /** Resolves every `ready()` that waits: the process is leaving. */
  release(): void {
    this.backpressure.release()
  }

  /**
   * Sends what was accepted before this call, at once unless the collector asked for a pause.
   * Resolves to whether all of it was delivered; to `false` as soon as that cannot be any more within `timeoutMs`.
   * `leaving`: also as soon as an attempt has failed and everything is on disk.
   */
  flush(timeoutMs: number, leaving = false): Promise<boolean> {
    return this.flushUntil(timeoutMs, { leaving })
  }

  /** As `flush`, for what earlier processes left as well. */
  drain(timeoutMs: number): Promise<boolean> {
    this.recovery.claimSoon()
    return this.flushUntil(timeoutMs, { recovered: true })
  }

  /**
   * The last call. As `flush`, but a failed attempt is not repeated while everything is on disk; the time that remains goes
   * to what earlier processes left. Requests on disk are left to the next process, the others are dropped.
   */
  async flushForExit(timeoutMs: number): Promise<boolean> {
    const deadline = performance.now() + timeoutMs
    this.exiting = true
    const delivered = await this.flushUntil(timeoutMs, { leaving: true })
    const left = deadline - performance.now()
    if (left > 0 && this.retry.healthy && this.store !== undefined) {
      this.exiting = false
      await this.drain(left)
    }
    this.end()
    return delivered
  }

  /** Ends without sending anything more. */
  end(): void {
    if (this.ended) return
    this.ended = true
    this.checkpoints.end()
    clearTimeout(this.timer)
    this.sender.end()
    this.queue.journal(performance.now(), true)
    this.batches.end()
    this.queue.end()
    this.store?.end()
    this.flushes.end()
    this.options.onStats?.(this.stats)
  }

  private async flushUntil(
    timeoutMs: number,
    { leaving = false, recovered = false }: Partial<FlushRequest>,
  ): Promise<boolean> {
    if (this.ended) return this.stats.spooled === 0
    const deadlineMs = performance.now() + timeoutMs
    const done = this.flushes.add({ until: this.queue.lastSequence, deadlineMs, recovered, leaving })
    this.retry.cutShort(performance.now())
    this.pump()
    return done
  }

  /** Sends what is due, and sets the timer for the rest. */
  private pump(): void {
    this.queue.journal(performance.now())
    while (!this.ended && this.mayAttempt()) {
      const batch = this.nextBatch()
      if (batch === undefined) break
      void this.send(batch)
    }
    this.options.onStats?.(this.stats)
    this.backpressure.check(this.worthWaiting())
    if (this.ended) return
    this.flushes.check({
      oldestOwn: this.oldestOwn(),
      recoveredDone: this.recovery.done && !this.batches.hasRecovered,
      nextAttemptAt: this.retry.nextAttemptAt,
      inFlight: this.batches.inFlight,
      safe: this.queue.safe,
    })
    this.arm()
  }

  private async send(batch: Batch): Promise<void> {
    this.batches.sending(batch)
    const outcome = await this.sender.send(batch)
    if (outcome === 'ended') return
    this.batches.answered(batch, outcome === 'again')
    if (this.retry.healthy) this.recovery.collectorAnswered()
    this.pump()
  }

  private worthWaiting(): boolean {
    return this.queue.ownBytes > this.limits.cachedBytes && !this.retry.failing && !this.exiting && !this.ended
  }

  private mayAttempt(): boolean {
    return this.batches.inFlight < this.maxInFlight && this.retry.nextAttemptAt <= performance.now()
  }

  private get maxInFlight(): number {
    return this.retry.healthy ? this.limits.inFlight : 1
  }

  /** Most records of the next batch: its share of those that may be on their way at once. */
  private get requestRecords(): number {
    return Math.min(this.limits.batchRecords, Math.floor(this.limits.inFlightRecords / this.maxInFlight))
  }

  private nextBatch(): Batch | undefined {
    this.store?.confirm()
    this.batches.dropExpired()
    const { batchBytes } = this.sender
    const again = this.batches.next(this.exiting, batchBytes)
    if (again !== undefined) return again
    const now = performance.now()
    const ownDue = this.ownDueAt() <= now
    if (this.claimAt() <= now) this.recovery.claim(now, this.limits.batchRecords)
    const from = !this.exiting && this.recovery.takesTurn(ownDue) ? 'recovered' : 'own'
    if (from === 'own' && !ownDue) return undefined
    const { requestRecords } = this
    const requests = this.queue.take(from, requestRecords, batchBytes)
    // The store gave none of these requests back; there may be more behind them.
    if (requests.length === 0) return this.nextBatch()
    return createBatch(requests, this.options.signal, batchBytes, requestRecords)
  }

  private enqueue(
    { bytes, records }: RequestPart<Uint8Array>,
    replacing: boolean,
    following: FollowingCheckpoint | undefined,
  ): void {
    const { notJournaled } = this.stats
    this.queue.accept(bytes, records, performance.now(), replacing, following)
    const tooLarge = this.stats.notJournaled > notJournaled && this.store?.fits(bytes.length) === false
    if (tooLarge) this.reports.tooLargeForDisk(records)
  }

  /** After the end this process sends nothing more: a request on disk is the next process's to send. */
  private leaveToNextProcess({ bytes, records }: RequestPart<Uint8Array>): void {
    const store = this.openStore()
    const stored = store?.append(bytes, records)
    store?.end()
    this.ledger.moved('accepted', stored === undefined ? 'unreachable' : 'spooled', records)
    if (stored === undefined) this.reports.dropped('unreachable', records)
  }

  private openStore(): RequestStore | undefined {
    return this.options.spool?.destination(this.options, (reason, records) => {
      this.ledger.moved('recovered', reason, records)
      this.reports.dropped(reason, records)
    })
  }

  /** When to claim what earlier processes left. Requests that cannot be delivered are as safe where they are. */
  private claimAt(): number {
    return this.retry.failing || this.exiting ? NEVER : this.recovery.claimAt
  }

  /** Position of the oldest request of this process that is not settled. */
  private oldestOwn(): number | undefined {
    const oldest = Math.min(this.queue.oldestOwn?.sequence ?? NEVER, this.batches.oldestOwn ?? NEVER)
    return oldest === NEVER ? undefined : oldest
  }

  private ownDueAt(): number {
    const oldest = this.queue.oldestOwn
    if (oldest === undefined) return NEVER
    const full = this.queue.ownRecords >= this.requestRecords || this.queue.ownBytes >= this.sender.batchBytes
    return full || this.flushes.active ? AT_ONCE : oldest.sinceMs + this.options.scheduleDelayMs
  }

  /** Sets the timer for what is due next. While as much is on its way as may be, the next answer calls `pump` instead. */
  private arm(): void {
    const { nextAttemptAt } = this.retry
    const now = performance.now()
    let at = Math.min(this.ownDueAt(), this.claimAt())
    if (nextAttemptAt > now) at = nextAttemptAt
    else if (!this.mayAttempt()) at = NEVER
    if (at === this.timerAt) return
    clearTimeout(this.timer)
    this.timerAt = at
    if (at !== NEVER) this.timer = setTimeout(() => this.wake(), Math.max(0, Math.ceil(at - now)))
  }

  private wake(): void {
    this.timerAt = NEVER
    this.pump()
  }
}
