import type { SignalName } from '../../catalogue/signals.ts'
import type { DeliveryReports } from '../delivery/delivery-reports.ts'
import type { DeliveryStats } from '../delivery/delivery-stats.ts'
import { RecordLedger } from '../delivery/record-ledger.ts'
import type { RequestSink } from '../delivery/request-sink.ts'
import { recordsIn } from '../otlp/count-records.ts'

/** A place on this machine that requests are written to. */
export interface LocalWriter {
  /** Writes a request, whole, before it returns. Returns why it could not, for a person; `undefined` when it is written. */
  write(request: Uint8Array): string | undefined
  /** What keeps it from writing, as far as that shows without a line; `undefined` when nothing does. */
  check(): string | undefined
  end(): void
}

export interface LocalSinkOptions {
  signal: SignalName
  reports: DeliveryReports
  onStats?(stats: Readonly<DeliveryStats>): void
}

/** Writes each request when it is handed in, so that nothing waits and nothing is left at an end. */
export function createLocalSink(writer: LocalWriter, options: LocalSinkOptions): RequestSink {
  const { onStats, reports, signal } = options
  const ledger = new RecordLedger(problem => reports.breach(problem))
  /** Since the last flush. */
  let failed = false

  const lose = (failure: string, records: number): void => {
    failed = true
    ledger.stats.lastError = { kind: 'not-written', message: failure, timeMs: Date.now() }
    ledger.moved('pending', 'not-written', records)
    reports.notWritten(failure, records)
  }
  const flush = (): Promise<boolean> => {
    const written = !failed
    failed = false
    return Promise.resolve(written)
  }

  return {
    // What is added up is printed when it is exported: a checkpoint would be a second line that says the same.
    checkpoints: { possible: false, save: () => false, confirm() {}, drop() {} },
    accept(bytes) {
      const records = recordsIn(bytes, signal)
      if (records === 0) return 0
      ledger.moved('accepted', 'pending', records)
      const failure = writer.write(bytes)
      if (failure === undefined) {
        ledger.moved('pending', 'exported', records)
        ledger.stats.lastSuccessMs = Date.now()
      } else {
        lose(failure, records)
      }
      onStats?.(ledger.stats)
      return records
    },
    refuse(records) {
      ledger.moved('accepted', 'invalid', records)
      reports.dropped('invalid', records)
      onStats?.(ledger.stats)
    },
    // It has no checkpoints that another process could take over.
    handOver() {},
    ready: () => Promise.resolve(),
    release() {},
    flush,
    flushForExit() {
      writer.end()
      return flush()
    },
  }
}
