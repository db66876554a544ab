import type { SignalHealth, TelemetryHealth } from '../telemetry.ts'
import { note, warn } from '../terminal/messages.ts'
import { causeOf, DOCTOR_FINDS_OUT, describeLosses, records } from './loss-words.ts'

/** Prints at most one line for each signal on stderr, at the end of a run, when records were lost or none was delivered. */
export function reportLosses(health: TelemetryHealth | undefined): void {
  for (const [signal, numbers] of Object.entries(health ?? {}) as [string, SignalHealth][]) {
    const { dropped, spooled, exported, lastError } = numbers
    const losses = describeLosses(dropped, { named: true })
    const because = lastError === undefined ? '' : `: ${causeOf(lastError, signal)}`
    if (losses !== undefined) {
      warn(`telemetry: ${signal}: ${losses}${because}; ${DOCTOR_FINDS_OUT}`)
    } else if (spooled > 0 && exported === 0) {
      note(`telemetry: ${signal}: ${records(spooled)} kept on disk for the next run${because}; ${DOCTOR_FINDS_OUT}`)
    }
  }
}
