import type { AuthProblem } from './auth-problem.ts'
import { accountId as accountIdOf, isCredential } from './credential.ts'
import type { Identity } from './snapshot.ts'
import { tokenClaims } from './token-claims.ts'

/** Gives the tokens of the user whom the host has signed in. Asked at the start, and again after a 401. */
export type ExternalTokenSource = (request: ExternalTokenRequest) => Promise<ExternalTokens>

export interface ExternalTokenRequest {
  /** `unauthorized`: the provider refused the tokens given before. */
  readonly reason: 'initial' | 'unauthorized'
  /** The account of the tokens given before; others than this account's are refused. */
  readonly accountId: string | undefined
  /** Aborted when the answer is no longer waited for. */
  readonly signal: AbortSignal
}

/** Kept in memory only. */
export interface ExternalTokens {
  readonly accessToken: string
  /** Says who the user is. Default: the access token says it. */
  readonly idToken?: string | undefined
  /** Default: what the token says. */
  readonly accountId?: string | undefined
}

/** Tokens that were looked at. */
export interface CheckedTokens {
  readonly accessToken: string
  readonly identity: Identity
}

export interface AskOptions {
  readonly source: ExternalTokenSource
  readonly reason: ExternalTokenRequest['reason']
  readonly accountId: string | undefined
  readonly timeoutMs: number
  /** The answer is not waited for any longer. */
  readonly signal: AbortSignal | undefined
}

/** Asks the host. Never throws; what the host threw is not quoted, because it may contain a token. */
export async function askForTokens({
  source,
  reason,
  accountId,
  timeoutMs,
  signal,
}: AskOptions): Promise<CheckedTokens | AuthProblem> {
  const noTokens = (what: string): AuthProblem => {
    const message = `The program or host that hands in the ChatGPT sign-in ${what}.`
    return { severity: 'error', code: reason === 'initial' ? 'sign-in-unavailable' : 'renewal-failed', message }
  }
  const notWaitedFor = 'was not waited for'
  if (signal?.aborted) return noTokens(notWaitedFor)
  const abort = new AbortController()
  let giveUp = (_what: string): void => {}
  const givenUp = new Promise<AuthProblem>(resolve => {
    giveUp = what => {
      resolve(noTokens(what))
      abort.abort()
    }
  })
  const timer = setTimeout(() => giveUp(`gave no tokens within ${timeoutMs} ms`), timeoutMs)
  const onAbort = (): void => giveUp(notWaitedFor)
  signal?.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([source({ reason, accountId, signal: abort.signal }).then(check), givenUp])
  } catch (error) {
    return noTokens(error instanceof ExternalTokensError ? error.message : 'failed')
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
  }
}

/** Thrown by sources of this package; its message is known to be free of secrets. */
export class ExternalTokensError extends Error {
  override readonly name = 'ExternalTokensError'
}

/** @throws ExternalTokensError */
function check(tokens: unknown): CheckedTokens {
  const { accessToken, idToken, accountId } = (tokens ?? {}) as Partial<Record<keyof ExternalTokens, unknown>>
  if (!isCredential(accessToken)) throw new ExternalTokensError('gave no usable access token')
  if (idToken !== undefined && !(isCredential(idToken) && tokenClaims(idToken))) {
    throw new ExternalTokensError('gave an id token that is not a JSON Web Token')
  }
  const claims = tokenClaims(isCredential(idToken) ? idToken : accessToken)
  return {
    accessToken,
    identity: {
      userId: claims?.userId,
      accountId: accountIdOf(accountId) ?? claims?.accountId,
      email: claims?.email,
      plan: claims?.plan,
    },
  }
}
