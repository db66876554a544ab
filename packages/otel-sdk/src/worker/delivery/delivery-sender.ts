import { inOnePiece, type MessageBytes } from '../otlp/chunks.ts'
import { toOtlpJson } from '../otlp/otlp-json.ts'
import { type RequestPart, splitPart } from '../otlp/split-request.ts'
import { ExportError } from '../transport/export-error.ts'
import { type ExportResult, toExportResult } from '../transport/transport.ts'
import { type Batch, batchSequence } from './delivery-batch.ts'
import type { DeliveryOptions } from './delivery-options.ts'
import type { DeliveryOutcomes } from './delivery-outcomes.ts'
import type { RetrySchedule } from './retry-schedule.ts'

/** However often a collector says that a request is too large, new batches are not limited to less than this. */
const MIN_BATCH_BYTES = 16 * 1024

export type SenderOptions = Pick<DeliveryOptions, 'protocol' | 'transport' | 'timeoutMs'> & {
  /** The largest batch at first; see `batchBytes`. */
  maxBatchBytes: number
  /** Whether all pending records outlive the process. */
  isSafe(): boolean
}

/** Sends batches part by part, and draws the conclusions from the answers. */
export class DeliverySender {
  private readonly options: SenderOptions
  private readonly retry: RetrySchedule
  private readonly outcomes: DeliveryOutcomes
  private ended = false
  /** The largest batch that the collector is known to take: lowered when it refuses one as too large. */
  batchBytes: number

  constructor(options: SenderOptions, retry: RetrySchedule, outcomes: DeliveryOutcomes) {
    this.options = options
    this.retry = retry
    this.outcomes = outcomes
    this.batchBytes = options.maxBatchBytes
  }

  /**
   * Sends the parts of a batch one after the other. `settled`: nothing of it is to be sent any more. `again`: the parts
   * that are left may be accepted later. `ended`: the answer came after `end` and does not count. Never rejects.
   */
  async send(batch: Batch): Promise<'settled' | 'again' | 'ended'> {
    const { outcomes, retry } = this
    const sequence = batchSequence(batch)
    for (let part = batch.parts[0]; part !== undefined; part = batch.parts[0]) {
      const body = this.encode(batch, part)
      if (body === undefined) {
        batch.parts.shift()
        outcomes.dropped(sequence, part.records, 'spool-unreadable')
        continue
      }
      const begun = retry.begin()
      const result = await this.exchange(body)
      if (this.ended) return 'ended'
      if (result.status === 'retryable') {
        retry.failed(begun, performance.now(), result.error.retryAfterMs)
        outcomes.failed(part, result.error, this.options.isSafe())
        return 'again'
      }
      batch.parts.shift()
      retry.succeeded()
      if (result.status === 'success') outcomes.accepted(sequence, part, result.partialSuccess)
      else if (!this.divide(batch, part, result.error)) outcomes.rejected(sequence, part, result.error)
    }
    return 'settled'
  }

  end(): void {
    this.ended = true
    this.options.transport.shutdown()
  }

  private encode({ signal }: Batch, { bytes }: RequestPart): MessageBytes | undefined {
    try {
      return this.options.protocol === 'http/json' ? toOtlpJson(inOnePiece(bytes), signal) : bytes
    } catch {
      return undefined
    }
  }

  private async exchange(body: MessageBytes): Promise<ExportResult> {
    try {
      return await this.options.transport.send(body, this.options.timeoutMs)
    } catch (error) {
      return toExportResult(new ExportError({ kind: 'network', message: String(error), retryable: true }))
    }
  }

  /** Puts the halves of a part that was too large in its place; `false` for any other refusal, or one record. */
  private divide(batch: Batch, part: RequestPart, error: ExportError): boolean {
    if (error.kind !== 'too-large') return false
    const halves = splitPart(part, batch.signal)
    if (halves === undefined) return false
    this.outcomes.divided(part, error)
    this.batchBytes = Math.min(this.batchBytes, Math.max(MIN_BATCH_BYTES, part.bytes.length >> 1))
    batch.parts.unshift(...halves)
    return true
  }
}
