import type { SignalHealth, TelemetryHealth } from '../telemetry.ts'
import { note, warn } from '../terminal/messages.ts'

const REASONS: Readonly<Record<string, string>> = {
  rejected: 'refused by the collector',
  'queue-full': 'too many to hold',
  'spool-full': 'no more room on disk',
  expired: 'on disk for too long',
  'spool-unreadable': 'unreadable on disk',
  unreachable: 'not delivered in time',
  'after-shutdown': 'too late',
  'worker-crashed': 'lost in a crash',
  invalid: 'not valid',
}

const HINT = '; codex-demo otel doctor finds out why'

/** Prints at most one line for each signal on stderr, at the end of a run, when records were lost or none was delivered. */
export function reportLosses(health: TelemetryHealth | undefined): void {
  for (const [signal, numbers] of Object.entries(health ?? {}) as [string, SignalHealth][]) {
    const { dropped, spooled, exported, lastError } = numbers
    const losses = Object.entries(dropped).filter(([, count]) => count > 0)
    const because = lastError === undefined ? '' : `: ${causeOf(lastError, signal)}`
    if (losses.length > 0) {
      const lost = losses.reduce((sum, [, count]) => sum + count, 0)
      const reasons = losses.map(([reason, count]) => `${count} ${REASONS[reason] ?? reason}`)
      warn(`telemetry: ${signal}: ${records(lost)} lost (${reasons.join(', ')})${because}${HINT}`)
    } else if (spooled > 0 && exported === 0) {
      note(`telemetry: ${signal}: ${records(spooled)} kept on disk for the next run${because}${HINT}`)
    }
  }
}

const records = (count: number): string => (count === 1 ? '1 record' : `${count} records`)

/** The cause without the name of the signal, which the line already has. */
function causeOf(message: string, signal: string): string {
  return message.startsWith(`${signal}: `) ? message.slice(signal.length + 2) : message
}
