import type { WorkerDropReason } from '../../protocol/shared-state.ts'
import type { ExportErrorKind } from '../transport/export-error.ts'

/** The numbers of records (log records, spans, data points) of one destination. `RecordLedger` alone moves records. */
export interface DeliveryStats {
  /** Handed in by this process. */
  readonly accepted: number
  /** Left by earlier processes, and taken over by this one. */
  readonly recovered: number
  /** Accepted by the receiver. */
  readonly exported: number
  /** Lost, by reason. */
  readonly dropped: Readonly<Record<WorkerDropReason, number>>
  /** Waiting to be sent, or on their way. */
  readonly pending: number
  /** Left on disk for another process, which sends them. */
  readonly spooled: number
  /** Records in attempts that failed and were, or will be, made again. */
  retried: number
  /** Records that could not be written to disk when they were taken in, though there is a spool; some may have been since. */
  notJournaled: number
  /** Records of requests that are not settled and not on disk: they are lost with the process. */
  memoryOnly: number
  /** Records on disk that this process still adds up; in none of the other numbers until they are handed in. */
  checkpointed: number
  /** The last failure of an attempt; kept after a success. */
  lastError: { kind: ExportErrorKind | 'not-written'; message: string; timeMs: number } | undefined
  /** When the receiver last accepted something, in milliseconds since the epoch. */
  lastSuccessMs: number | undefined
}

export function createDeliveryStats(): DeliveryStats {
  return {
    accepted: 0,
    recovered: 0,
    exported: 0,
    dropped: {
      rejected: 0,
      'queue-full': 0,
      'spool-full': 0,
      expired: 0,
      'spool-unreadable': 0,
      unreachable: 0,
      'not-written': 0,
      invalid: 0,
    },
    pending: 0,
    spooled: 0,
    retried: 0,
    notJournaled: 0,
    memoryOnly: 0,
    checkpointed: 0,
    lastError: undefined,
    lastSuccessMs: undefined,
  }
}
