import type { WorkerDropReason } from '../../protocol/shared-state.ts'
import type { SpoolLoss } from '../spool/spool-loss.ts'
import type { DeliveryLimits } from './delivery-options.ts'
import type { DeliveryOutcomes } from './delivery-outcomes.ts'
import type { RecordLedger } from './record-ledger.ts'
import type { FollowingCheckpoint, RequestStore, StoredRequest } from './request-store.ts'

type LostReason = Extract<WorkerDropReason, 'spool-full' | 'expired' | 'spool-unreadable'>

/** A request that waits to be sent. */
export interface PendingRequest {
  /** Position among the requests of this process; `undefined` for one that an earlier process left. */
  sequence: number | undefined
  records: number
  length: number
  /** `undefined` when it is only on disk. */
  bytes: Uint8Array | undefined
  stored: StoredRequest | undefined
  /** Why the disk no longer has it: the reason of its loss when it cannot be delivered from memory either. */
  lost: LostReason | undefined
  /** When it was taken in, on the monotonic clock. */
  sinceMs: number
  /** `taken-over`: another process has it, though it was taken here. */
  state: 'waiting' | 'taken' | 'taken-over' | 'gone'
}

/** How long to wait before the next attempt to store, after a request found no place on disk. */
const JOURNAL_AGAIN_MS = 1_000

/** The requests that wait for one destination: first in, first out; bounded in bytes; in memory, on disk, or both. */
export class DeliveryQueue {
  private readonly own = new Fifo()
  private readonly recovered = new Fifo()
  private readonly store: RequestStore | undefined
  private readonly ledger: RecordLedger
  private readonly outcomes: DeliveryOutcomes
  private readonly limits: Readonly<DeliveryLimits>
  private sequence = 0
  /** Bytes of requests in memory, those on their way included. */
  private memoryBytes = 0
  /** Requests that are in memory only, though they should be on disk. */
  private readonly exposed = new Set<PendingRequest>()
  /** Requests in memory only that made room on disk for newer ones: they are not written again. */
  private displaced = 0
  private journalAt = 0
  /** Totals of the requests of this process that wait. */
  ownRecords = 0
  ownBytes = 0

  constructor(
    store: RequestStore | undefined,
    ledger: RecordLedger,
    outcomes: DeliveryOutcomes,
    limits: Readonly<DeliveryLimits>,
  ) {
    this.store = store
    this.ledger = ledger
    this.outcomes = outcomes
    this.limits = limits
  }

  /** The position of the last request taken in. */
  get lastSequence(): number {
    return this.sequence
  }

  get oldestOwn(): PendingRequest | undefined {
    return this.own.first
  }

  /** Whether every request that is not settled outlives the process. */
  get safe(): boolean {
    return this.exposed.size + this.displaced === 0
  }

  get hasRecovered(): boolean {
    return this.recovered.first !== undefined
  }

  /**
   * Stores a request, where there is a store, and queues it; with `replacing` in place of the checkpoints. Drops it when there
   * is no room.
   */
  accept(bytes: Uint8Array, records: number, nowMs: number, replacing: boolean, following?: FollowingCheckpoint): void {
    this.ledger.moved('accepted', 'pending', records)
    const stored = replacing
      ? this.store?.checkpoints.replace(bytes, records, following)
      : this.store?.append(bytes, records)
    if (this.store !== undefined && stored === undefined) this.ledger.stats.notJournaled += records
    const { cachedBytes, memoryBytes } = this.limits
    const inMemory = this.memoryBytes + bytes.length <= (stored === undefined ? memoryBytes : cachedBytes)
    const request: PendingRequest = {
      sequence: ++this.sequence,
      records,
      length: bytes.length,
      bytes: inMemory ? bytes : undefined,
      stored,
      lost: undefined,
      sinceMs: nowMs,
      state: 'waiting',
    }
    if (stored === undefined) this.expose(request)
    if (stored === undefined && !inMemory) {
      this.drop(request, 'queue-full')
      return
    }
    if (inMemory) this.memoryBytes += bytes.length
    this.watch(request)
    this.own.push(request)
    this.ownRecords += records
    this.ownBytes += bytes.length
  }

  /** Queues what an earlier process left. */
  recover(found: readonly StoredRequest[], nowMs: number): void {
    for (const stored of found) {
      const { records, length } = stored
      this.ledger.moved('recovered', 'pending', records)
      const request: PendingRequest = {
        sequence: undefined,
        records,
        length,
        bytes: undefined,
        stored,
        lost: undefined,
        sinceMs: nowMs,
        state: 'waiting',
      }
      this.watch(request)
      this.recovered.push(request)
    }
  }

  /** Takes the oldest requests that fit together, at least one, with their bytes. */
  take(from: 'own' | 'recovered', maxRecords: number, maxBytes: number): PendingRequest[] {
    const fifo = this[from]
    const taken: PendingRequest[] = []
    let records = 0
    let bytes = 0
    for (let next = fifo.first; next !== undefined; next = fifo.first) {
      if (taken.length > 0 && (records + next.records > maxRecords || bytes + next.length > maxBytes)) break
      fifo.shift()
      this.leave(next)
      if (!this.load(next)) {
        this.drop(next, 'spool-unreadable')
        continue
      }
      next.state = 'taken'
      taken.push(next)
      records += next.records
      bytes += next.length
    }
    return taken
  }

  /** Forgets requests that need no more sending; `keepOnDisk`: another process sends them. */
  release(requests: readonly PendingRequest[], keepOnDisk = false): void {
    const stored: StoredRequest[] = []
    for (const request of requests) {
      if (request.bytes !== undefined) this.memoryBytes -= request.length
      request.bytes = undefined
      request.state = 'gone'
      if (request.stored !== undefined) {
        stored.push(request.stored)
        continue
      }
      if (!this.exposed.delete(request)) this.displaced--
      this.ledger.stats.memoryOnly -= request.records
    }
    if (!keepOnDisk && stored.length > 0) this.store?.acknowledge(stored)
  }

  /** Stores what could not be stored before, or was deleted; `atLast`: this is the last attempt. */
  journal(nowMs: number, atLast = false): void {
    if (this.store === undefined) return
    if (atLast) this.store.secure()
    if (this.exposed.size === 0 || (nowMs < this.journalAt && !atLast)) return
    for (const request of this.exposed) {
      const { bytes, records } = request
      const stored = bytes && this.store.append(bytes, records, false)
      if (stored === undefined) {
        // A request that is too large must not keep the others from the disk.
        this.journalAt = nowMs + JOURNAL_AGAIN_MS
        continue
      }
      request.stored = stored
      request.lost = undefined
      this.exposed.delete(request)
      this.ledger.stats.memoryOnly -= records
      this.watch(request)
    }
  }

  /** Empties the queue: stored requests stay there for another process, the others are dropped. */
  end(): void {
    for (const fifo of [this.own, this.recovered]) {
      for (let next = fifo.first; next !== undefined; next = fifo.first) {
        fifo.shift()
        this.leave(next)
        if (next.stored === undefined) this.drop(next, next.lost ?? 'unreachable')
        else this.handOver(next)
      }
    }
  }

  private watch(request: PendingRequest): void {
    if (request.stored !== undefined) request.stored.onLost = reason => this.lost(request, reason)
  }

  private lost(request: PendingRequest, reason: SpoolLoss): void {
    if (request.state === 'gone') return
    // A deleted file can still be read while it is open.
    if (reason === 'deleted') this.load(request)
    request.stored = undefined
    if (reason !== 'taken-over') request.lost = reason === 'deleted' ? 'spool-unreadable' : reason
    if (reason === 'deleted') this.expose(request)
    else {
      this.displaced++
      this.ledger.stats.memoryOnly += request.records
    }
    // The answer decides about a request that is on its way.
    if (request.state === 'taken' && reason === 'taken-over') request.state = 'taken-over'
    if (request.state !== 'waiting') return
    if (request.bytes !== undefined && (reason === 'spool-full' || reason === 'deleted')) return
    this.leave(request)
    if (request.lost === undefined) this.handOver(request)
    else this.drop(request, request.lost)
  }

  private expose(request: PendingRequest): void {
    this.exposed.add(request)
    this.ledger.stats.memoryOnly += request.records
  }

  private load(request: PendingRequest): boolean {
    if (request.bytes === undefined && request.stored !== undefined) {
      request.bytes = this.store?.read(request.stored)
      if (request.bytes !== undefined) this.memoryBytes += request.length
    }
    return request.bytes !== undefined
  }

  private leave(request: PendingRequest): void {
    if (request.sequence === undefined) return
    this.ownRecords -= request.records
    this.ownBytes -= request.length
  }

  /** Leaves a request on disk, for another process to send. */
  handOver(request: PendingRequest): void {
    this.outcomes.handedOver(request.records)
    this.release([request], true)
  }

  private drop(request: PendingRequest, reason: WorkerDropReason): void {
    this.release([request])
    this.outcomes.dropped(request.sequence, request.records, reason)
  }
}

/** An array whose front can be taken off cheaply; skips requests that are gone. */
class Fifo {
  private items: PendingRequest[] = []
  private head = 0

  push(request: PendingRequest): void {
    this.items.push(request)
  }

  get first(): PendingRequest | undefined {
    while (this.items[this.head]?.state === 'gone') this.shift()
    return this.items[this.head]
  }

  shift(): void {
    this.head++
    if (this.head < 1024 && this.head < this.items.length) return
    this.items = this.items.slice(this.head)
    this.head = 0
  }
}
