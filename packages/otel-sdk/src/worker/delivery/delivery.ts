import { countRecords } from '../otlp/count-records.ts'
import type { DestinationSpool } from '../spool/destination-spool.ts'
import { Backpressure } from './backpressure.ts'
import { type Batch, batchRecords, createBatch, isOwn, type Piece, splitToFit } from './delivery-batch.ts'
import { DeliveryFlushes, type FlushRequest } from './delivery-flush.ts'
import { type DeliveryLimits, type DeliveryOptions, deliveryLimits } from './delivery-options.ts'
import { DeliveryQueue } from './delivery-queue.ts'
import { DeliveryReports } from './delivery-reports.ts'
import { DeliverySender } from './delivery-sender.ts'
import { createDeliveryStats, type DeliveryStats } from './delivery-stats.ts'
import { RetrySchedule } from './retry-schedule.ts'
import { UndeliveredBatches } from './undelivered-batches.ts'

/** How often a delivery looks for what dead processes left. */
const CLAIM_INTERVAL_MS = 60_000
/** A run may be over before anything else is due; what earlier ones left is sent while it works. */
const FIRST_CLAIM_MS = 50
/** Short runs leave little each: so many segments are taken over at once to fill a batch. */
const CLAIMED_SEGMENTS = 32
/** Every so many batches one is of an earlier process, even when there is enough of this one. */
const RECOVERED_SHARE = 4
/** A collector that takes little at a time is sent parts of it; more than this in one piece gains nothing. */
const MAX_REQUEST_BYTES = 1024 * 1024
const NEVER = Number.POSITIVE_INFINITY
const AT_ONCE = Number.NEGATIVE_INFINITY

/**
 * Takes requests in at any rate and sends them when it can. Nothing here throws or rejects: what becomes of every
 * record is in the numbers.
 */
export class Delivery {
  readonly stats: DeliveryStats = createDeliveryStats()
  private readonly options: DeliveryOptions
  private readonly limits: DeliveryLimits
  /** What is taken in is cut into requests of at most so many bytes, so that each fits into a segment of the spool. */
  private readonly requestBytes: number
  private readonly spool: DestinationSpool | undefined
  private readonly queue: DeliveryQueue
  private readonly retry: RetrySchedule
  private readonly flushes = new DeliveryFlushes()
  private readonly waitForRoom = new Backpressure()
  private readonly sender: DeliverySender
  private readonly reports: DeliveryReports
  private readonly unsettled: UndeliveredBatches
  /** Batches on their way, and those that wait for their next attempt. */
  private readonly inFlight = new Set<Batch>()
  private readonly waiting: Batch[] = []
  private timer: NodeJS.Timeout | undefined
  private timerAt = NEVER
  private nextClaimAt: number
  private claimed = false
  private turn = 0
  private exiting = false
  private ended = false

  constructor(options: DeliveryOptions) {
    const { onDiagnostic, random, scheduleDelayMs, signal, spool } = options
    const { flushes, stats } = this
    this.options = options
    this.limits = deliveryLimits(options)
    this.requestBytes = Math.min(MAX_REQUEST_BYTES, spool?.segmentBytes ?? MAX_REQUEST_BYTES)
    this.retry = new RetrySchedule(random)
    const reports = new DeliveryReports(signal, onDiagnostic)
    this.reports = reports
    this.spool = this.openSpool()
    this.queue = new DeliveryQueue(this.spool, stats, this.limits, ({ sequence, records }, reason) => {
      flushes.dropped(sequence)
      reports.dropped(reason, records)
    })
    const { limits, queue, retry } = this
    this.sender = new DeliverySender({
      options,
      limits,
      stats,
      retry,
      flushes,
      reports,
      isSafe: () => queue.safe && this.spool !== undefined,
    })
    this.unsettled = new UndeliveredBatches({ signal, limits, stats, queue, spool: this.spool, reports })
    this.nextClaimAt = performance.now() + Math.min(scheduleDelayMs, FIRST_CLAIM_MS)
    this.arm()
  }

  /** Takes in an OTLP protobuf request of this signal: when this returns, it is on disk, where there is a spool. */
  accept(bytes: Uint8Array): void {
    const records = this.countRecords(bytes)
    if (records === 0) return
    for (const piece of splitToFit({ bytes, records }, this.options.signal, this.requestBytes)) {
      if (this.ended) {
        this.leaveToNext(piece)
        continue
      }
      const { notJournaled } = this.stats
      this.queue.accept(piece.bytes, piece.records, performance.now())
      const tooLarge = piece.bytes.length > this.requestBytes && this.stats.notJournaled > notJournaled
      if (tooLarge) this.reports.tooLargeForDisk(piece.records)
    }
    this.pump()
  }

  /** Counts records of which no request could be made. */
  refuse(records: number): void {
    this.stats.accepted += records
    this.stats.dropped.invalid += records
    this.reports.dropped('invalid', records)
    this.options.onStats?.(this.stats)
  }

  /**
   * Resolves when little is pending, or when waiting would not change that: the collector is down or slow, or the
   * process is leaving. Whoever hands in a burst waits here after each request, so that it need not go to disk.
   */
  room(): Promise<void> {
    return this.worthWaiting() ? this.waitForRoom.wait() : Promise.resolve()
  }

  /** Lets everybody in who waits for room: the process is leaving. */
  hurry(): void {
    this.waitForRoom.open()
  }

  /**
   * Sends what was accepted before this call, at once unless the collector asked to be left alone.
   * Resolves to whether all of it was delivered; to `false` as soon as that cannot be any more within `timeoutMs`.
   * `leaving`: also as soon as an attempt has failed and everything is on disk.
   */
  flush(timeoutMs: number, leaving = false): Promise<boolean> {
    return this.flushUntil(timeoutMs, { leaving })
  }

  /** As `flush`, for what earlier processes left as well. */
  drain(timeoutMs: number): Promise<boolean> {
    this.nextClaimAt = AT_ONCE
    return this.flushUntil(timeoutMs, { recovered: true })
  }

  /**
   * The last call. As `flush`, but with everything on disk a failed attempt is not repeated; what earlier processes left
   * is sent in what is then left of the time. The rest is handed to the next process, and what is not on disk is dropped.
   */
  async flushForExit(timeoutMs: number): Promise<boolean> {
    const deadline = performance.now() + timeoutMs
    this.exiting = true
    const delivered = await this.flushUntil(timeoutMs, { leaving: true })
    const left = deadline - performance.now()
    if (left > 0 && this.retry.healthy && this.spool !== undefined) {
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
    clearTimeout(this.timer)
    this.sender.end()
    this.queue.journal(performance.now(), true)
    for (const batch of [...this.inFlight, ...this.waiting]) this.unsettled.abandon(batch)
    this.queue.end()
    this.spool?.end()
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

  /** Sends what is due, and sees to it that somebody comes back for the rest. */
  private pump(): void {
    this.queue.journal(performance.now())
    while (!this.ended && this.mayAttempt()) {
      const batch = this.nextBatch()
      if (batch === undefined) break
      void this.send(batch)
    }
    this.options.onStats?.(this.stats)
    this.waitForRoom.check(this.worthWaiting())
    if (this.ended) return
    this.flushes.check({
      oldestOwn: this.oldestOwn(),
      recoveredDone: this.recoveredDone(),
      nextAttemptAt: this.retry.nextAttemptAt,
      inFlight: this.inFlight.size,
      safe: this.queue.safe,
    })
    this.arm()
  }

  private async send(batch: Batch): Promise<void> {
    this.inFlight.add(batch)
    const outcome = await this.sender.send(batch)
    if (outcome === 'ended') return
    this.inFlight.delete(batch)
    if (outcome === 'again') this.waiting.push(batch)
    else this.queue.release(batch.requests)
    // The first answer shows that it is worth looking for what earlier processes left.
    if (!this.claimed && this.retry.healthy) this.nextClaimAt = AT_ONCE
    this.pump()
  }

  private worthWaiting(): boolean {
    return this.queue.ownBytes > this.limits.cachedBytes && !this.retry.failing && !this.exiting && !this.ended
  }

  private mayAttempt(): boolean {
    return this.inFlight.size < this.maxInFlight && this.retry.nextAttemptAt <= performance.now()
  }

  private get maxInFlight(): number {
    return this.retry.healthy ? this.limits.inFlight : 1
  }

  /** For the next request: its share of what may be on its way at once. */
  private get requestRecords(): number {
    return Math.min(this.limits.batchRecords, Math.floor(this.limits.inFlightRecords / this.maxInFlight))
  }

  private nextBatch(): Batch | undefined {
    this.spool?.confirm()
    this.dropExpired()
    const again = this.nextAgain()
    if (again !== undefined) return again
    const now = performance.now()
    const ownDue = this.ownDueAt() <= now
    if (this.claimAt() <= now) this.claim(now)
    const turn = !ownDue || ++this.turn % RECOVERED_SHARE === 0
    const from = this.queue.hasRecovered && !this.exiting && turn ? 'recovered' : 'own'
    if (from === 'own' && !ownDue) return undefined
    const { batchBytes } = this.limits
    const requests = this.queue.take(from, this.requestRecords, batchBytes)
    // Nothing could be read back; there may be more behind it.
    return requests.length === 0 ? this.nextBatch() : createBatch(requests, this.options.signal, batchBytes)
  }

  /** The next of the batches that were sent in vain before. */
  private nextAgain(): Batch | undefined {
    for (;;) {
      const index = this.waiting.findIndex(batch => !this.exiting || isOwn(batch))
      const [batch] = index < 0 ? [] : this.waiting.splice(index, 1)
      if (batch === undefined) return undefined
      const ours = this.unsettled.withoutTakenOver(batch)
      if (ours !== undefined) return ours
    }
  }

  /** What waits for its next attempt is no longer in the queue, which drops the rest. */
  private dropExpired(): void {
    for (const batch of this.waiting.filter(({ requests }) => requests.every(({ lost }) => lost === 'expired'))) {
      this.waiting.splice(this.waiting.indexOf(batch), 1)
      const records = batchRecords(batch)
      this.stats.pending -= records
      this.stats.dropped.expired += records
      this.flushes.dropped(batch.requests[0]?.sequence)
      this.reports.dropped('expired', records)
      this.queue.release(batch.requests)
    }
  }

  private claim(now: number): void {
    this.claimed = true
    let records = 0
    for (let segments = 0; segments < CLAIMED_SEGMENTS && records < this.limits.batchRecords; segments++) {
      const found = this.spool?.claim()
      if (found === undefined) {
        this.nextClaimAt = now + CLAIM_INTERVAL_MS
        return
      }
      this.queue.recover(found, now)
      records += found.reduce((sum, request) => sum + request.records, 0)
    }
  }

  /** After the end there is nobody who sends it: on disk it is the next process's. */
  private leaveToNext({ bytes, records }: Piece): void {
    const spool = this.openSpool()
    const stored = spool?.append(bytes, records)
    spool?.end()
    this.stats.accepted += records
    if (stored !== undefined) {
      this.stats.spooled += records
      return
    }
    this.stats.dropped.unreachable += records
    this.reports.dropped('unreachable', records)
  }

  private openSpool(): DestinationSpool | undefined {
    return this.options.spool?.destination(this.options, (reason, records) => {
      this.stats.recovered += records
      this.stats.dropped[reason] += records
      this.reports.dropped(reason, records)
    })
  }

  /** When to look for what earlier processes left. What cannot be delivered is as safe where it is. */
  private claimAt(): number {
    const worthIt = this.spool !== undefined && !this.queue.hasRecovered && !this.retry.failing && !this.exiting
    return worthIt ? this.nextClaimAt : NEVER
  }

  private recoveredDone(): boolean {
    const busy = [...this.inFlight, ...this.waiting].some(batch => !isOwn(batch))
    return !busy && !this.queue.hasRecovered && (this.spool === undefined || this.nextClaimAt > performance.now())
  }

  /** Position of the oldest request of this process that is not settled. */
  private oldestOwn(): number | undefined {
    let oldest = this.queue.oldestOwn?.sequence ?? NEVER
    for (const batches of [this.inFlight, this.waiting]) {
      for (const { requests } of batches) oldest = Math.min(oldest, requests[0]?.sequence ?? NEVER)
    }
    return oldest === NEVER ? undefined : oldest
  }

  private ownDueAt(): number {
    const oldest = this.queue.oldestOwn
    if (oldest === undefined) return NEVER
    const full = this.queue.ownRecords >= this.requestRecords || this.queue.ownBytes >= this.limits.batchBytes
    return full || this.flushes.active ? AT_ONCE : oldest.sinceMs + this.options.scheduleDelayMs
  }

  /** Sets the timer for the next thing that is due; while nothing may be sent because of what is, the answer wakes us. */
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

  private countRecords(bytes: Uint8Array): number {
    try {
      return countRecords(bytes, this.options.signal)
    } catch {
      return 0
    }
  }
}
