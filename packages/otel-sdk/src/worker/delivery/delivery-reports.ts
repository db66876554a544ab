import type { Diagnostic } from '@codex/otel-api'
import type { SignalName } from '../../catalogue/signals.ts'
import type { WorkerDropReason } from '../../protocol/shared-state.ts'
import type { ExportError } from '../transport/export-error.ts'

const because: Readonly<Record<WorkerDropReason, string>> = {
  rejected: 'the collector refused them',
  'queue-full': 'there is no more room for what could not be delivered',
  'spool-full': 'they made room for newer ones on disk (otel.spool.max_bytes)',
  expired: 'they could not be delivered for too long (otel.spool.max_age)',
  'spool-unreadable': 'the disk did not give back what was written to it',
  unreachable: 'the process ended before they were delivered',
  invalid: 'no request could be made of them',
}

/** Says what goes wrong: each thing once, until something was delivered again. */
export class DeliveryReports {
  private readonly signal: SignalName
  private readonly spooling: boolean
  private readonly onDiagnostic: ((diagnostic: Diagnostic) => void) | undefined
  private readonly said = new Set<string>()

  constructor(signal: SignalName, spooling: boolean, onDiagnostic: ((diagnostic: Diagnostic) => void) | undefined) {
    this.signal = signal
    this.spooling = spooling
    this.onDiagnostic = onDiagnostic
  }

  delivered(): void {
    this.said.delete('export-failed')
  }

  failed({ message }: ExportError, pending: number): void {
    const are = pending === 1 ? 'is' : 'are'
    const kept = this.spooling ? `${are} kept and tried again` : `${are} tried again while this process runs`
    this.say('export-failed', 'warning', `${this.signal}: ${message}; ${records(pending)} ${kept}`)
  }

  rejected({ grpcCode, kind, message, status }: ExportError, count: number): void {
    const text = `${this.signal}: ${message}; ${records(count)} dropped, as will be others while this lasts`
    this.say('export-rejected', 'error', text, `${kind} ${grpcCode ?? status ?? ''}`)
  }

  partialSuccess(rejected: number, message: string): void {
    const text = rejected > 0 ? `the collector refused ${records(rejected)}` : 'the collector warns'
    this.say('partial-success', 'warning', `${this.signal}: ${text}: ${message}`, message)
  }

  dropped(reason: WorkerDropReason, count: number): void {
    const text = `${this.signal}: ${records(count)} dropped, as may be others: ${because[reason]}`
    this.say('events-dropped', 'warning', text, reason)
  }

  tooLargeForDisk(count: number): void {
    const text = `${records(count)} too large for otel.spool.max_bytes, lost unless delivered before the process ends`
    this.say('events-not-kept', 'warning', `${this.signal}: ${text}`)
  }

  private say(code: string, severity: Diagnostic['severity'], message: string, detail = ''): void {
    const key = detail === '' ? code : `${code} ${detail}`
    // A collector that words every refusal differently is heard this often.
    if (this.said.has(key) || this.said.size >= 20) return
    this.said.add(key)
    this.onDiagnostic?.({ severity, code, message })
  }
}

const records = (count: number): string => (count === 1 ? '1 record' : `${count} records`)
