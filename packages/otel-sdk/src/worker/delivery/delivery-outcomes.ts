import type { WorkerDropReason } from '../../protocol/shared-state.ts'
import type { RequestPart } from '../otlp/split-request.ts'
import type { ExportError } from '../transport/export-error.ts'
import type { PartialSuccess } from '../transport/transport.ts'
import type { DeliveryFlushes } from './delivery-flush.ts'
import type { DeliveryReports } from './delivery-reports.ts'
import type { RecordLedger } from './record-ledger.ts'

/** Position of a request among those of this process; `undefined` for one of an earlier process. */
type Sequence = number | undefined

/** Brings what happens to records into the accounts, to those who wait for a flush, and to the diagnostics. */
export class DeliveryOutcomes {
  private readonly ledger: RecordLedger
  private readonly flushes: DeliveryFlushes
  private readonly reports: DeliveryReports

  constructor(ledger: RecordLedger, flushes: DeliveryFlushes, reports: DeliveryReports) {
    this.ledger = ledger
    this.flushes = flushes
    this.reports = reports
  }

  /** The collector accepted a part, except for the records that `partial` counts as rejected. */
  accepted(sequence: Sequence, { records }: RequestPart, partial: PartialSuccess | undefined): void {
    const rejected = Math.min(records, Math.max(0, partial?.rejected ?? 0))
    this.ledger.stats.lastSuccessMs = Date.now()
    this.ledger.moved('pending', 'exported', records - rejected)
    this.reports.delivered()
    if (rejected > 0) this.count(sequence, rejected, 'rejected')
    if (partial !== undefined) this.reports.partialSuccess(rejected, partial.message)
  }

  /** The collector refused a part for good. */
  rejected(sequence: Sequence, { records }: RequestPart, error: ExportError): void {
    this.note(error)
    this.count(sequence, records, 'rejected')
    this.reports.rejected(error, records)
  }

  /** A part will be sent again. `onDisk`: all pending records outlive the process. */
  failed({ records }: RequestPart, error: ExportError, onDisk: boolean): void {
    this.retried(records, error)
    this.flushes.attemptFailed()
    this.reports.failed(error, this.ledger.stats.pending, onDisk)
  }

  /** A part will be sent again in two halves. */
  divided({ records }: RequestPart, error: ExportError): void {
    this.retried(records, error)
  }

  /** Pending records are lost. */
  dropped(sequence: Sequence, records: number, reason: WorkerDropReason): void {
    if (records === 0) return
    this.count(sequence, records, reason)
    this.reports.dropped(reason, records)
  }

  /** Pending records are on disk, for another process to send. */
  handedOver(records: number): void {
    this.ledger.moved('pending', 'spooled', records)
  }

  private count(sequence: Sequence, records: number, reason: WorkerDropReason): void {
    this.ledger.moved('pending', reason, records)
    this.flushes.dropped(sequence)
  }

  private retried(records: number, error: ExportError): void {
    this.ledger.stats.retried += records
    this.note(error)
  }

  private note({ kind, message }: ExportError): void {
    this.ledger.stats.lastError = { kind, message, timeMs: Date.now() }
  }
}
