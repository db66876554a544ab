import type { AuthRecovery } from '@codex/otel-api'
import type { AuthProblem } from './auth-problem.ts'

/** Fields of the provider's 401 answer, for the event. */
export interface Unauthorized {
  /** `x-request-id`. */
  readonly requestId?: string | undefined
  /** `cf-ray`. */
  readonly cfRay?: string | undefined
  /** The provider's reason, for example `token_expired`. */
  readonly error?: string | undefined
}

/**
 * The attempts to recover one request from its 401 answers, one step for each answer. The first step is cheap: it looks for
 * a credential that another request or process has renewed. The second step renews the credential.
 */
export interface Recovery {
  /**
   * Takes the next step. Never throws. Aborted, `signal` says that the caller no longer waits for the result. An exchange
   * that no other request waits for is then ended after a short time in which new tokens may still arrive and be kept.
   */
  next(unauthorized: Unauthorized, signal?: AbortSignal): Promise<RecoveryStep>
}

/** The result of one step. */
export interface RecoveryStep {
  /** The payload for `session.emit('codex.auth_recovery', step.event)`. */
  readonly event: RecoveryEvent
  /** Whether to send the request again, with the manager's current credential. */
  readonly recovered: boolean
  /** The reason why the request is not to be sent again; with `recovered`, a warning for the user. */
  readonly problem: AuthProblem | undefined
}

/**
 * `recovery_not_run`: no step applies, or all have been taken. `recovery_failed_transient`: the step may succeed later.
 * `recovery_failed_permanent`: the user has to sign in again.
 */
export type RecoveryOutcome =
  | 'recovery_succeeded'
  | 'recovery_not_run'
  | 'recovery_failed_transient'
  | 'recovery_failed_permanent'

/** The payload of `codex.auth_recovery`. */
export interface RecoveryEvent extends AuthRecovery {
  /** The same for every sign-in: the event does not show whether this program or its host keeps the tokens. */
  mode: 'managed'
  step: RecoveryPhase
  outcome: RecoveryOutcome
}

export type RecoveryPhase = 'reload' | 'refresh_token'

/** The result of a step, before its event is made. */
export type StepResult =
  | { outcome: 'recovery_succeeded'; stateChanged: boolean; problem?: AuthProblem | undefined }
  | { outcome: 'recovery_failed_transient' | 'recovery_failed_permanent'; problem: AuthProblem }
  | { outcome: 'recovery_not_run'; reason?: 'not_chatgpt_auth' }

function recoveryStep(step: RecoveryPhase, unauthorized: Unauthorized, result: StepResult): RecoveryStep {
  return {
    event: {
      mode: 'managed',
      step,
      outcome: result.outcome,
      requestId: unauthorized.requestId,
      cfRay: unauthorized.cfRay,
      error: unauthorized.error,
      stateChanged: 'stateChanged' in result ? result.stateChanged : undefined,
      reason: 'reason' in result ? result.reason : undefined,
    },
    recovered: result.outcome === 'recovery_succeeded',
    problem: 'problem' in result ? result.problem : undefined,
  }
}

export function failedForGood(problem: AuthProblem): StepResult {
  return { outcome: 'recovery_failed_permanent', problem }
}

export function failedForNow(problem: AuthProblem): StepResult {
  return { outcome: 'recovery_failed_transient', problem }
}

/** The recovery of an API key, or of no sign-in: there is nothing to renew. */
export const noRecovery: Recovery = {
  next: async unauthorized =>
    recoveryStep('reload', unauthorized, { outcome: 'recovery_not_run', reason: 'not_chatgpt_auth' }),
}

export interface Steps {
  currentToken(): string
  /** Looks for a token that another request or process has put in place of the refused one. */
  reload(usedToken: string): Promise<StepResult>
  /** Replaces the refused token with a new one. */
  renew(usedToken: string, signal?: AbortSignal): Promise<StepResult>
}

/**
 * The two steps of every ChatGPT sign-in, one for each call. A step that failed permanently is the last one; a step that
 * failed transiently is tried again.
 */
export function recoveryInSteps({ currentToken, reload, renew }: Steps): Recovery {
  let usedToken = currentToken()
  let step: RecoveryPhase = 'reload'
  let exhausted = false
  return {
    async next(unauthorized, signal) {
      if (exhausted) return recoveryStep(step, unauthorized, { outcome: 'recovery_not_run' })
      const taken = step
      const result = await (taken === 'reload' ? reload(usedToken) : renew(usedToken, signal))
      usedToken = currentToken()
      if (result.outcome === 'recovery_succeeded') {
        exhausted = taken === 'refresh_token'
        step = 'refresh_token'
      } else exhausted = result.outcome === 'recovery_failed_permanent'
      return recoveryStep(taken, unauthorized, result)
    },
  }
}
