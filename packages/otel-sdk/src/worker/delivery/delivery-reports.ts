import type { SignalName } from '../../catalogue/signals.ts'
import type { WorkerDiagnostic } from '../../protocol/messages.ts'
import type { WorkerDropReason } from '../../protocol/shared-state.ts'
import type { ExportError } from '../transport/export-error.ts'

const because: Readonly<Record<WorkerDropReason, string>> = {
  rejected: 'the collector refused records',
  'queue-full': 'there is no more room for records that could not be delivered',
  'spool-full': 'records made room for newer ones on disk (otel.spool.max_bytes)',
  expired: 'records could not be delivered for too long (otel.spool.max_age)',
  'spool-unreadable': 'the disk did not give back what was written to it',
  unreachable: 'the process ended before all records were delivered',
  'not-written': 'records could not be written',
  invalid: 'no request could be made of some records',
}

/** Reports each kind of failure once; a failed export again after the next delivery. */
export class DeliveryReports {
  private readonly signal: SignalName
  private readonly onDiagnostic: ((diagnostic: WorkerDiagnostic) => void) | undefined
  private readonly reported = new Set<string>()

  constructor(signal: SignalName, onDiagnostic: ((diagnostic: WorkerDiagnostic) => void) | undefined) {
    this.signal = signal
    this.onDiagnostic = onDiagnostic
  }

  delivered(): void {
    this.reported.delete('export-failed')
  }

  /** `onDisk`: all pending records outlive the process. */
  failed({ message }: ExportError, pending: number, onDisk: boolean): void {
    const are = pending === 1 ? 'is' : 'are'
    const kept = onDisk ? `${are} kept and tried again` : `${are} tried again while this process runs`
    this.report('export-failed', 'warning', message, `; ${records(pending)} ${kept}`)
  }

  rejected({ grpcCode, kind, message, status }: ExportError, count: number): void {
    const consequence = `; ${records(count)} dropped, as will be others while this lasts`
    this.report('export-rejected', 'error', message, consequence, `${kind} ${grpcCode ?? status ?? ''}`)
  }

  partialSuccess(rejected: number, message: string): void {
    const cause = rejected > 0 ? `the collector refused records: ${message}` : `the collector warns: ${message}`
    this.report('partial-success', 'warning', cause, rejected > 0 ? `; ${records(rejected)} dropped` : '', message)
  }

  dropped(reason: WorkerDropReason, count: number): void {
    this.report('events-dropped', 'warning', because[reason], `; ${records(count)} dropped, as may be others`, reason)
  }

  /** Records could not be written where the configuration wants them; `failure` names the place and the reason. */
  notWritten(failure: string, count: number): void {
    this.report('not-written', 'warning', failure, `; ${records(count)} lost, as may be others`)
  }

  /** A file that is too large cannot be renamed; `problem` names it and the reason. */
  growing(problem: string): void {
    this.report(
      'file-not-rotated',
      'warning',
      problem,
      '; it grows past max_bytes while this lasts, and no record is lost',
    )
  }

  tooLargeForDisk(count: number): void {
    const consequence = `; ${records(count)} lost unless delivered before the process ends`
    this.report(
      'events-not-kept',
      'warning',
      'a request is too large for the spool (over 16 MiB, or over half of otel.spool.max_bytes)',
      consequence,
    )
  }

  noRoomForCheckpoint(): void {
    const consequence = '; what is recorded between two exports is lost if the process is killed before the second'
    this.report('checkpoint-not-kept', 'warning', 'otel.spool.max_bytes leaves no room for a checkpoint', consequence)
  }

  /** The accounts do not add up: a fault of this library. No record is lost by it. */
  breach(problem: string): void {
    this.report('accounts-broken', 'error', 'the numbers of health() may be wrong', `; ${problem}`)
  }

  /** `consequence` holds all counts; `detail` tells failures of one code apart. */
  private report(
    code: string,
    severity: WorkerDiagnostic['severity'],
    reason: string,
    consequence: string,
    detail = '',
  ): void {
    const key = detail === '' ? code : `${code} ${detail}`
    // A collector that words every refusal differently is reported this often.
    if (this.reported.has(key) || this.reported.size >= 20) return
    this.reported.add(key)
    const cause = `${this.signal}: ${reason}`
    this.onDiagnostic?.({ severity, code, message: cause + consequence, cause })
  }
}

const records = (count: number): string => (count === 1 ? '1 record' : `${count} records`)
