import type { WorkerDropReason } from '../../protocol/shared-state.ts'
import { toOtlpJson } from '../otlp/otlp-json.ts'
import { ExportError } from '../transport/export-error.ts'
import {
  type ExporterTransport,
  type ExportResult,
  type PartialSuccess,
  toExportResult,
} from '../transport/transport.ts'
import { type Batch, isOwn, type Piece, splitPiece } from './delivery-batch.ts'
import type { DeliveryFlushes } from './delivery-flush.ts'
import type { DeliveryLimits, DeliveryOptions } from './delivery-options.ts'
import type { DeliveryReports } from './delivery-reports.ts'
import type { DeliveryStats } from './delivery-stats.ts'
import type { RetrySchedule } from './retry-schedule.ts'

/** However often a destination says that a request is too large, no smaller ones than this are made from the start. */
const MIN_BATCH_BYTES = 16 * 1024

export interface DeliverySenderParts {
  options: DeliveryOptions
  /** `batchBytes` is lowered when the destination wants smaller requests. */
  limits: DeliveryLimits
  stats: DeliveryStats
  retry: RetrySchedule
  flushes: DeliveryFlushes
  reports: DeliveryReports
  /** Whether all pending records are on disk. */
  isSafe(): boolean
}

/** Sends batches, and draws the conclusions from the answers. */
export class DeliverySender {
  private readonly parts: DeliverySenderParts
  private readonly transport: ExporterTransport
  private ended = false

  constructor(parts: DeliverySenderParts) {
    this.parts = parts
    this.transport = parts.options.transport
  }

  /**
   * Sends the pieces of a batch one after the other. `settled`: nothing of it is to be sent any more. `again`: what is
   * left in it may be accepted later. `ended`: the answer came after the end and counts no more. Never rejects.
   */
  async send(batch: Batch): Promise<'settled' | 'again' | 'ended'> {
    const { retry } = this.parts
    for (let piece = batch.pieces[0]; piece !== undefined; piece = batch.pieces[0]) {
      const body = this.encode(piece)
      if (body === undefined) {
        batch.pieces.shift()
        this.dropped(batch, piece.records, 'spool-unreadable')
        continue
      }
      const begun = retry.begin()
      const result = await this.exchange(body)
      if (this.ended) return 'ended'
      if (result.status === 'retryable') {
        this.failedForNow(piece, result.error, begun)
        return 'again'
      }
      batch.pieces.shift()
      retry.succeeded()
      if (result.status === 'success') this.delivered(batch, piece, result.partialSuccess)
      else if (!this.split(batch, piece, result.error)) this.rejected(batch, piece, result.error)
    }
    return 'settled'
  }

  end(): void {
    this.ended = true
    this.transport.shutdown()
  }

  private encode({ bytes }: Piece): Uint8Array | undefined {
    const { protocol, signal } = this.parts.options
    try {
      return protocol === 'http/json' ? toOtlpJson(bytes, signal) : bytes
    } catch {
      return undefined
    }
  }

  private async exchange(body: Uint8Array): Promise<ExportResult> {
    try {
      return await this.transport.send(body, this.parts.options.timeoutMs)
    } catch (error) {
      return toExportResult(new ExportError({ kind: 'network', message: String(error), retryable: true }))
    }
  }

  private delivered(batch: Batch, piece: Piece, partial: PartialSuccess | undefined): void {
    const { reports, stats } = this.parts
    const rejected = Math.min(piece.records, Math.max(0, partial?.rejected ?? 0))
    stats.lastSuccessMs = Date.now()
    stats.exported += piece.records - rejected
    stats.pending -= piece.records - rejected
    reports.delivered()
    if (rejected > 0) this.dropped(batch, rejected, 'rejected')
    if (partial !== undefined) reports.partialSuccess(rejected, partial.message)
  }

  private failedForNow(piece: Piece, error: ExportError, begun: number): void {
    const { flushes, reports, retry, stats } = this.parts
    stats.retried += piece.records
    this.note(error)
    retry.failed(begun, performance.now(), error.retryAfterMs)
    flushes.attemptFailed()
    reports.failed(error, stats.pending, this.parts.isSafe())
  }

  /** Puts the halves of a piece that was too large in its place; `false` when it is something else, or one record. */
  private split(batch: Batch, piece: Piece, error: ExportError): boolean {
    if (error.kind !== 'too-large') return false
    const { limits, options, stats } = this.parts
    const halves = splitPiece(piece, options.signal)
    if (halves === undefined) return false
    this.note(error)
    stats.retried += piece.records
    // The next ones need not find out again.
    limits.batchBytes = Math.min(limits.batchBytes, Math.max(MIN_BATCH_BYTES, piece.bytes.length >> 1))
    batch.pieces.unshift(...halves)
    return true
  }

  private rejected(batch: Batch, { records }: Piece, error: ExportError): void {
    this.note(error)
    this.dropped(batch, records, 'rejected')
    this.parts.reports.rejected(error, records)
  }

  private dropped(batch: Batch, records: number, reason: WorkerDropReason): void {
    const { flushes, stats } = this.parts
    stats.pending -= records
    stats.dropped[reason] += records
    flushes.dropped(isOwn(batch) ? batch.requests[0]?.sequence : undefined)
  }

  private note({ kind, message }: ExportError): void {
    this.parts.stats.lastError = { kind, message, timeMs: Date.now() }
  }
}
