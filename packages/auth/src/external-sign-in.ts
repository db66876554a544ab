import { type AuthProblem, isProblem } from './auth-problem.ts'
import { askForTokens, type CheckedTokens, type ExternalTokenSource } from './external-tokens.ts'
import { failedForGood, failedForNow, recoveryInSteps } from './recovery.ts'
import { sharedRenewal } from './shared-renewal.ts'
import type { SignIn } from './sign-in.ts'
import { chatgptSnapshot } from './snapshot.ts'

export interface ExternalOptions {
  readonly source: ExternalTokenSource
  readonly timeoutMs: number
  /** Aborted, it ends the wait for the first tokens. */
  readonly signal: AbortSignal | undefined
}

/** A ChatGPT sign-in that the host hands in and renews. No file is written. */
export async function externalSignIn({ source, timeoutMs, signal }: ExternalOptions): Promise<SignIn | AuthProblem> {
  const first = await askForTokens({ source, reason: 'initial', accountId: undefined, timeoutMs, signal })
  if (isProblem(first)) return first
  let tokens: CheckedTokens = first
  let snapshot = chatgptSnapshot(tokens.accessToken, tokens.identity)

  /** Looks for tokens that another request, refused with the same token, has already received from the host. */
  const reload = (usedToken: string) =>
    ({ outcome: 'recovery_succeeded', stateChanged: tokens.accessToken !== usedToken }) as const

  const renew = sharedRenewal(async (usedToken, signal) => {
    const reloaded = reload(usedToken)
    if (reloaded.stateChanged) return reloaded
    const { identity } = tokens
    const { accountId } = identity
    const next = await askForTokens({ source, reason: 'unauthorized', accountId, timeoutMs, signal })
    if (isProblem(next)) return failedForNow(next)
    if (next.identity.accountId !== identity.accountId || next.identity.userId !== identity.userId) {
      return failedForGood(accountChanged)
    }
    tokens = next
    snapshot = chatgptSnapshot(tokens.accessToken, tokens.identity)
    return reload(usedToken)
  })

  return {
    current: () => snapshot,
    recovery: () =>
      recoveryInSteps({ currentToken: () => tokens.accessToken, reload: async token => reload(token), renew }),
  }
}

const accountChanged: AuthProblem = {
  severity: 'error',
  code: 'account-changed',
  message: 'The host handed in the sign-in of another account than this program was started with. Start it again.',
}
