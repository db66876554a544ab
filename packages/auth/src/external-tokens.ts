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
}

/** Asks the host. Never throws; what the host threw is not quoted, because it may contain a token. */
export async function askForTokens({
  source,
  reason,
  accountId,
  timeoutMs,
}: AskOptions): Promise<CheckedTokens | AuthProblem> {
  const abort = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<AuthProblem>(resolve => {
    timer = setTimeout(() => {
      resolve(noTokens(`gave no tokens within ${timeoutMs} ms`))
      abort.abort()
    }, timeoutMs)
  })
  try {
    return await Promise.race([source({ reason, accountId, signal: abort.signal }).then(check), timeout])
  } catch (error) {
    return noTokens(error instanceof ExternalTokensError ? error.message : 'failed')
  } finally {
    clearTimeout(timer)
  }
}

/** Thrown by sources of this package; its message is known to be free of secrets. */
export class ExternalTokensError extends Error {
  override readonly name = 'ExternalTokensError'
}

function check(tokens: unknown): CheckedTokens | AuthProblem {
  const { accessToken, idToken, accountId } = (tokens ?? {}) as Partial<Record<keyof ExternalTokens, unknown>>
  if (!isCredential(accessToken)) return noTokens('gave no usable access token')
  if (idToken !== undefined && !(isCredential(idToken) && tokenClaims(idToken))) {
    return noTokens('gave an id token that is not a JSON Web Token')
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

function noTokens(what: string): AuthProblem {
  const message = `The program or host that hands in the ChatGPT sign-in ${what}.`
  return { severity: 'error', code: 'external-tokens', message }
}
