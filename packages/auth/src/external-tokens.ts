import type { AuthProblem } from './auth-problem.ts'
import { accountId as accountIdOf, isCredential } from './credential.ts'
import type { Identity } from './snapshot.ts'
import { tokenClaims } from './token-claims.ts'

/** Gives the tokens of the user whom the host has signed in. Called at the start, and again after a 401 answer. */
export type ExternalTokenSource = (request: ExternalTokenRequest) => Promise<ExternalTokens>

export interface ExternalTokenRequest {
  /** `unauthorized`: the provider refused the tokens of the call before. */
  readonly reason: 'initial' | 'unauthorized'
  /** The account of the tokens of the call before; tokens of another account are refused. */
  readonly accountId: string | undefined
  /** Aborted when the manager no longer waits for the answer. */
  readonly signal: AbortSignal
}

/** The tokens of the host. They are kept in memory only. */
export interface ExternalTokens {
  readonly accessToken: string
  /** Its claims name the user. Default: the claims of the access token do. */
  readonly idToken?: string | undefined
  /** Default: the account in the claims. */
  readonly accountId?: string | undefined
}

/** A token that was checked, and the identity in its claims. */
export interface CheckedTokens {
  readonly accessToken: string
  readonly identity: Identity
}

export interface AskOptions {
  readonly source: ExternalTokenSource
  readonly reason: ExternalTokenRequest['reason']
  readonly accountId: string | undefined
  readonly timeoutMs: number
  /** Aborted, it ends the wait for the answer. */
  readonly signal: AbortSignal | undefined
}

/** Asks the host for tokens. Never throws. An error of the host is not quoted, because it may contain a token. */
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

/** An error of a source of this package; its message contains no secret. */
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
