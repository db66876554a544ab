import { reasonOf } from '../reason.ts'
import type { Store } from '../store/store.ts'
import { NotTaken, OtlpSender, type SendTiming, type Target } from './otlp-sender.ts'

export interface SendOptions extends Target {
  session: string | undefined
  redact: boolean
  /** The part after which to go on; -1 is the beginning. */
  after: number
  timing?: Partial<SendTiming>
}

/** What became of records that were sent. */
export interface SendReport {
  /** Those in requests that the receiver took. */
  records: number
  /** Those of them that it left out, and what it said of them the first time. */
  rejected: number
  rejectedBecause: string
  /** Why not everything was sent, and the part that was the last one. */
  stopped: { reason: string; cancelled: boolean; after: number } | undefined
}

/** What is told meanwhile. */
export interface SendEvents {
  /** How many records were taken. */
  onProgress(records: number): void
  /** Why a request is sent again, and after how many milliseconds. */
  onPause(reason: string, pauseMs: number): void
}

/**
 * Sends the records of a store to an OTLP receiver, in the order in which they came in. A part is one request, and one that is
 * refused ends it: the next one would be as well.
 */
export async function sendRecords(
  store: Store,
  { address, headers, session, redact, after, timing }: SendOptions,
  { onProgress, onPause }: SendEvents,
  signal: AbortSignal,
): Promise<SendReport> {
  const sender = new OtlpSender({ address, headers }, signal, onPause, timing)
  const report: SendReport = { records: 0, rejected: 0, rejectedBecause: '', stopped: undefined }
  let last = after
  try {
    for await (const part of store.export({ encoding: 'binary', session, redact, after })) {
      signal.throwIfAborted()
      // Messages of one kind in protobuf are one message when they follow each other.
      const { rejected, reason } = await sender.send(part.signal, Buffer.concat(part.messages))
      last = part.chunk
      report.records += part.records
      report.rejected += rejected
      if (rejected > 0) report.rejectedBecause ||= reason
      onProgress(report.records)
    }
  } catch (error) {
    if (!signal.aborted && !(error instanceof NotTaken)) throw error
    report.stopped = { reason: signal.aborted ? 'cancelled' : reasonOf(error), cancelled: signal.aborted, after: last }
  }
  return report
}
