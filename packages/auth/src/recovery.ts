import type { AuthRecovery } from '@codex/otel-api'
import type { AuthProblem } from './auth-problem.ts'

/** What the provider's 401 answer said; goes into the event. */
export interface Unauthorized {
  /** `x-request-id`. */
  readonly requestId?: string | undefined
  /** `cf-ray`. */
  readonly cfRay?: string | undefined
  /** The provider's reason, for example `token_expired`. */
  readonly error?: string | undefined
}

/**
 * The attempts to get one request past its 401 answers. One step an answer: first what is cheap, a credential that was
 * renewed by somebody else; then, when the request is refused again, a new one.
 */
export interface Recovery {
  /**
   * Takes the next step. Never throws. `signal` says that its result is not waited for any longer: an exchange that no
   * other request waits for either is then ended, but for a moment in which new tokens may still arrive and be kept.
   */
  next(unauthorized: Unauthorized, signal?: AbortSignal): Promise<RecoveryStep>
}

/** What one step came to. */
export interface RecoveryStep {
  /** For `session.emit('codex.auth_recovery', step.event)`. */
  readonly event: RecoveryEvent
  /** The request is worth sending again, with the manager's current credential. */
  readonly recovered: boolean
  /** Why it is not; or, with `recovered`, what the user should know all the same. */
  readonly problem: AuthProblem | undefined
}

/**
 * `recovery_not_run`: there was nothing to try, or nothing left. `recovery_failed_transient`: worth trying again later.
 * `recovery_failed_permanent`: the user has to sign in again.
 */
export type RecoveryOutcome =
  | 'recovery_succeeded'
  | 'recovery_not_run'
  | 'recovery_failed_transient'
  | 'recovery_failed_permanent'

/** The payload of `codex.auth_recovery`. */
export interface RecoveryEvent extends AuthRecovery {
  /** Always the same: who keeps the tokens is told to nobody, telemetry included. */
  mode: 'managed'
  step: RecoveryPhase
  outcome: RecoveryOutcome
}

export type RecoveryPhase = 'reload' | 'refresh_token'

/** What a step came to, before it is made into an event. */
export type StepResult =
  | { outcome: 'recovery_succeeded'; stateChanged: boolean; problem?: AuthProblem | undefined }
  | { outcome: 'recovery_failed_transient' | 'recovery_failed_permanent'; problem: AuthProblem }
  | { outcome: 'recovery_not_run'; reason?: 'not_chatgpt_auth' }

export function recoveryStep(step: RecoveryPhase, unauthorized: Unauthorized, result: StepResult): RecoveryStep {
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

/** For an API key, or when nobody is signed in: nothing can be renewed. */
export const noRecovery: Recovery = {
  next: async unauthorized =>
    recoveryStep('reload', unauthorized, { outcome: 'recovery_not_run', reason: 'not_chatgpt_auth' }),
}

export interface Steps {
  currentToken(): string
  /** Looks for a token that somebody else has put in the place of the one that was refused. */
  reload(usedToken: string): Promise<StepResult>
  /** Puts a new one in its place. */
  renew(usedToken: string, signal?: AbortSignal): Promise<StepResult>
}

/**
 * The two steps of every ChatGPT sign-in, one a call, whoever keeps the tokens. A step that failed for good is the last;
 * one that failed for now is tried again.
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
