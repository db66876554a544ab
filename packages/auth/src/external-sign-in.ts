import { type AuthProblem, isProblem } from './auth-problem.ts'
import { askForTokens, type CheckedTokens, type ExternalTokenSource } from './external-tokens.ts'
import { failedForGood, failedForNow, recoveryInSteps, type StepResult } from './recovery.ts'
import type { SignIn } from './sign-in.ts'
import { chatgptSnapshot } from './snapshot.ts'

export interface ExternalOptions {
  readonly source: ExternalTokenSource
  readonly timeoutMs: number
}

/** A ChatGPT sign-in that the host hands in and renews. Nothing of it is ever written. */
export async function externalSignIn({ source, timeoutMs }: ExternalOptions): Promise<SignIn | AuthProblem> {
  const first = await askForTokens({ source, reason: 'initial', accountId: undefined, timeoutMs })
  if (isProblem(first)) return first
  let tokens: CheckedTokens = first
  let snapshot = chatgptSnapshot(tokens.accessToken, tokens.identity)
  let asking: Promise<StepResult> | undefined

  async function ask(): Promise<StepResult> {
    const { accessToken, identity } = tokens
    const next = await askForTokens({ source, reason: 'unauthorized', accountId: identity.accountId, timeoutMs })
    if (isProblem(next)) return failedForNow(next)
    if (next.identity.accountId !== identity.accountId || next.identity.userId !== identity.userId) {
      return failedForGood(accountChanged)
    }
    tokens = next
    snapshot = chatgptSnapshot(tokens.accessToken, tokens.identity)
    return { outcome: 'recovery_succeeded', stateChanged: tokens.accessToken !== accessToken }
  }

  return {
    current: () => snapshot,
    recovery() {
      const usedToken = tokens.accessToken
      return recoveryInSteps([
        [
          'refresh_token',
          async () => {
            // Another request was refused with the same token, and has asked already.
            if (tokens.accessToken !== usedToken) return { outcome: 'recovery_succeeded', stateChanged: true }
            asking ??= ask().finally(() => {
              asking = undefined
            })
            return asking
          },
        ],
      ])
    },
  }
}

const accountChanged: AuthProblem = {
  severity: 'error',
  code: 'account-changed',
  message: 'The host handed in the sign-in of another account than this program was started with. Start it again.',
}
