import type { RecoveryEvent } from '@codex/auth'
import type { SessionTelemetry } from '../telemetry.ts'
import { untilAborted } from '../until-aborted.ts'
import type { Credentials } from './credentials.ts'
import { ModelError } from './model-error.ts'

export interface RecoveryOptions {
  credentials: Credentials
  telemetry: SessionTelemetry
  signal: AbortSignal
  /** Called with the warning of a recovery that succeeded. */
  onWarning(message: string): void
}

/**
 * Sends the same request until it is accepted, or a 401 answer leaves no step of recovery. A recovery is no retry: the next
 * request is sent at once, and `send` receives the event of the recovery.
 * @throws the error of `send`, or the signal's reason.
 */
export async function whileRecoverable<T>(
  { credentials, telemetry, signal, onWarning }: RecoveryOptions,
  send: (recovered: RecoveryEvent | undefined) => Promise<T>,
): Promise<T> {
  const recovery = credentials.recovery()
  let recovered: RecoveryEvent | undefined
  while (true) {
    try {
      return await send(recovered)
    } catch (error) {
      signal.throwIfAborted()
      if (!(error instanceof ModelError) || error.unauthorized === undefined) throw error
      const {
        event,
        recovered: worthAnother,
        problem,
      } = await untilAborted(recovery.next(error.unauthorized, signal), signal)
      telemetry.emit('codex.auth_recovery', event)
      if (!worthAnother) throw notRecovered(error, event.outcome, problem?.message)
      if (problem !== undefined) onWarning(problem.message)
      recovered = event
    }
  }
}

function notRecovered(error: ModelError, outcome: RecoveryEvent['outcome'], why: string | undefined): ModelError {
  const message = why === undefined ? error.message : `${error.message}. ${why}`
  const next = outcome === 'recovery_failed_permanent' ? 'never' : error.next
  return new ModelError(message, { next, waitMs: error.waitMs, cause: error })
}
