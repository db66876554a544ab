import { setTimeout as delay } from 'node:timers/promises'
import { type AuthFile, type NewTokens, notWritten, readAuthFile, writeTokens } from './auth-file.ts'
import type { ChatgptTokens } from './auth-file-content.ts'
import { type AuthProblem, isProblem } from './auth-problem.ts'
import { failedForGood, failedForNow, recoveryInSteps, type StepResult } from './recovery.ts'
import { sharedRenewal } from './shared-renewal.ts'
import type { SignIn } from './sign-in.ts'
import { chatgptSnapshot, type Identity } from './snapshot.ts'
import { tokenClaims } from './token-claims.ts'
import { type Refusal, refreshTokens, refused } from './token-refresh.ts'

export interface ManagedOptions {
  readonly file: string
  readonly tokens: ChatgptTokens
  readonly refreshUrl: string
  readonly refreshTimeoutMs: number
}

/**
 * The waits before each time that the file is read again, in milliseconds: another process that refreshed the tokens first
 * may take their sum to write them.
 */
const rereadDelaysMs = [0, 50, 100, 200, 400]

/** A ChatGPT sign-in whose tokens this program keeps in `auth.json` and renews. */
export function managedSignIn({
  file,
  refreshUrl: url,
  refreshTimeoutMs: timeoutMs,
  ...options
}: ManagedOptions): SignIn {
  let tokens = options.tokens
  let snapshot = chatgptSnapshot(tokens.accessToken, tokens.identity)
  /** The access token that the file still holds because a newer one could not be written. */
  let staleInFile: string | undefined
  /** The refresh token that the server refused permanently, with the problem; it is not sent again. */
  let spent: { refreshToken: string | undefined; problem: AuthProblem } | undefined

  function adopt(next: ChatgptTokens): void {
    tokens = next
    snapshot = chatgptSnapshot(next.accessToken, next.identity)
  }

  function isOurs(read: AuthFile | undefined): boolean {
    if (read?.content.kind !== 'chatgpt') return false
    return sameUser(read.content.tokens.identity, tokens.identity)
  }

  /** Takes over the tokens of the file when they are still for the same user. */
  async function reload(usedToken: string): Promise<StepResult> {
    const read = await readAuthFile(file)
    if (read !== undefined && isProblem(read)) return failedForNow({ ...read, code: 'renewal-failed' })
    if (read?.content.kind !== 'chatgpt' || !isOurs(read)) return failedForGood(accountChanged(file))
    if (read.content.tokens.accessToken !== staleInFile) adopt(read.content.tokens)
    return { outcome: 'recovery_succeeded', stateChanged: tokens.accessToken !== usedToken }
  }

  const renew = sharedRenewal(async (usedToken, signal) => {
    const reloaded = await reload(usedToken)
    if (reloaded.outcome !== 'recovery_succeeded' || reloaded.stateChanged) return reloaded
    const { refreshToken } = tokens
    if (spent !== undefined && spent.refreshToken === refreshToken) return failedForGood(spent.problem)
    const answer =
      refreshToken === undefined ? refused('missing') : await refreshTokens({ url, refreshToken, timeoutMs, signal })
    if ('tokens' in answer) return keep(answer.tokens)
    if (answer.refusal === undefined) return failedForNow(answer.problem)
    if (await renewedElsewhere(usedToken, answer.refusal, signal))
      return { outcome: 'recovery_succeeded', stateChanged: true }
    spent = { refreshToken, problem: answer.problem }
    return failedForGood(answer.problem)
  })

  /**
   * Looks for tokens that another process wrote. Two processes may send the same refresh token at once: the server refuses
   * one of them, which then finds the tokens of the other in the file.
   */
  async function renewedElsewhere(usedToken: string, refusal: Refusal, signal: AbortSignal): Promise<boolean> {
    for (const delayMs of refusal === 'reused' ? rereadDelaysMs : [0]) {
      await delay(delayMs)
      if (signal.aborted) return false
      const reloaded = await reload(usedToken)
      if (reloaded.outcome === 'recovery_succeeded' && reloaded.stateChanged) return true
    }
    return false
  }

  async function keep(fresh: NewTokens): Promise<StepResult> {
    const before = tokens.identity
    const claims = fresh.idToken === undefined ? undefined : tokenClaims(fresh.idToken)
    // The earlier id token is kept where the claims of the new one do not name the user.
    const given = claims?.userId === undefined ? { ...fresh, idToken: undefined } : fresh
    const identity = claims?.userId === undefined ? before : claims
    if (before.userId !== undefined && identity.userId !== before.userId) return failedForGood(otherAccountGiven)
    const read = await readAuthFile(file)
    const readable = read === undefined || !isProblem(read)
    // The user may have signed out, or in to another account, before the answer arrived.
    if (readable && !isOurs(read)) return failedForGood(accountChanged(file))
    const problem =
      read !== undefined && readable ? await writeTokens(file, read.text, given) : notWritten(file, 'it cannot be read')
    staleInFile = problem === undefined ? undefined : (staleInFile ?? tokens.accessToken)
    const stateChanged = fresh.accessToken !== tokens.accessToken
    adopt({
      accessToken: fresh.accessToken,
      refreshToken: fresh.refreshToken ?? tokens.refreshToken,
      identity: { ...identity, accountId: before.accountId },
    })
    return { outcome: 'recovery_succeeded', stateChanged, problem }
  }

  return {
    current: () => snapshot,
    recovery: () => recoveryInSteps({ currentToken: () => tokens.accessToken, reload, renew }),
  }
}

function sameUser(left: Identity, right: Identity): boolean {
  return left.accountId === right.accountId && left.userId === right.userId
}

const otherAccountGiven: AuthProblem = {
  severity: 'error',
  code: 'account-changed',
  message:
    'The authorization server renewed the ChatGPT sign-in of another account than this program was started with. Sign in again.',
}

function accountChanged(file: string): AuthProblem {
  const message = `${file} no longer belongs to the account that this program was started with. Start it again.`
  return { severity: 'error', code: 'account-changed', message }
}
