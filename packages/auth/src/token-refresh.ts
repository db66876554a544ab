import type { NewTokens } from './auth-file.ts'
import { parseJsonObject } from './auth-file-content.ts'
import type { AuthProblem } from './auth-problem.ts'
import { isCredential } from './credential.ts'

/** The URL at which Codex renews a sign-in, unless `CODEX_REFRESH_TOKEN_URL_OVERRIDE` names another one. */
export const defaultRefreshUrl = 'https://auth.openai.com/oauth/token'

/** The id of the public OAuth client whose tokens are in `auth.json`; its refresh tokens work with no other client. */
const clientId = 'app_EMoamEEZ73f0CkXaXp7hrann'

const maxAnswerBytes = 262_144

export interface RefreshRequest {
  readonly url: string
  readonly refreshToken: string
  /** Limit of the whole exchange, in milliseconds. */
  readonly timeoutMs: number
  /** Aborted when no request waits for the answer any more. */
  readonly signal: AbortSignal
}

/**
 * How long the exchange may go on when no request waits for it, in milliseconds. The server may have replaced the refresh
 * token already, and the new token would be lost.
 */
const graceMs = 500

export type RefreshAnswer =
  | { readonly tokens: NewTokens }
  | { readonly problem: AuthProblem; readonly refusal: Refusal | undefined }

/** Exchanges a refresh token for new tokens. Never throws. No message contains text that the server sent. */
export async function refreshTokens({ url, refreshToken, timeoutMs, signal }: RefreshRequest): Promise<RefreshAnswer> {
  const target = refreshTarget(url)
  if (target === undefined) return refused('url-invalid')
  if (signal.aborted) return failed(target, notWaitedFor)
  try {
    const response = await fetch(target, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ client_id: clientId, grant_type: 'refresh_token', refresh_token: refreshToken }),
      // A redirect would send the token to a URL that is not configured.
      redirect: 'error',
      signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), afterGrace(signal)]),
    })
    const text = await limitedText(response)
    if (text === undefined) return failed(target, `its answer is larger than ${maxAnswerBytes / 1024} KiB`)
    return response.ok ? newTokens(target, text) : refusal(target, response.status, text)
  } catch (error) {
    return failed(target, reason(error, timeoutMs))
  }
}

/** The URL when it is https, or http on this machine: a token is not sent over the network in clear text. */
function refreshTarget(url: string): URL | undefined {
  if (!URL.canParse(url)) return undefined
  const target = new URL(url)
  const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(target.hostname)
  // `fetch` refuses a URL with a user name, and its error quotes the user name.
  if (target.username !== '' || target.password !== '') return undefined
  return target.protocol === 'https:' || (target.protocol === 'http:' && loopback) ? target : undefined
}

function newTokens(target: URL, text: string): RefreshAnswer {
  const json = parseJsonObject(text)
  if (json === undefined) return failed(target, 'its answer is not a JSON object')
  const { id_token: idToken, access_token: accessToken, refresh_token: refreshToken } = json
  if (!isCredential(accessToken)) return failed(target, 'its answer has no usable access_token')
  return {
    tokens: {
      accessToken,
      idToken: isCredential(idToken) ? idToken : undefined,
      refreshToken: isCredential(refreshToken) ? refreshToken : undefined,
    },
  }
}

const permanentCodes: Readonly<Record<string, Refusal>> = {
  refresh_token_expired: 'expired',
  refresh_token_reused: 'reused',
  refresh_token_invalidated: 'invalidated',
  invalid_grant: 'unsaid',
}

function refusal(target: URL, status: number, text: string): RefreshAnswer {
  const code = permanentCodes[errorCode(text)]
  if (code !== undefined) return refused(code)
  return status === 401 ? refused('unsaid') : failed(target, `it answered ${status}`)
}

/** `{"error": {"code": ...}}`, `{"error": "..."}` or `{"code": ...}`. */
function errorCode(text: string): string {
  const json = parseJsonObject(text)
  const error = json?.error
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : (error ?? json?.code)
  return typeof code === 'string' ? code.toLowerCase() : ''
}

const refusals = {
  missing: 'The ChatGPT sign-in holds no refresh token and cannot be renewed. Sign in again.',
  expired: 'The ChatGPT sign-in has expired. Sign in again.',
  reused: 'The ChatGPT sign-in was renewed elsewhere, with the same refresh token. Sign in again.',
  invalidated: 'The ChatGPT sign-in was revoked. Sign in again.',
  unsaid: 'The authorization server refuses to renew the ChatGPT sign-in. Sign in again.',
  'url-invalid':
    'CODEX_REFRESH_TOKEN_URL_OVERRIDE must be an https URL without a user name, or an http URL on this machine.',
} as const

/** Why a sign-in can never be renewed. */
export type Refusal = keyof typeof refusals

/** The answer for a sign-in that can never be renewed. */
export function refused(refusal: Refusal): { problem: AuthProblem; refusal: Refusal } {
  return { problem: { severity: 'error', code: 'renewal-refused', message: refusals[refusal] }, refusal }
}

function failed(target: URL, why: string): RefreshAnswer {
  const message = `The ChatGPT sign-in could not be renewed at ${target.origin}: ${why}. Try again later.`
  return { problem: { severity: 'error', code: 'renewal-failed', message }, refusal: undefined }
}

const notWaitedFor = 'its answer was not waited for'

function afterGrace(signal: AbortSignal): AbortSignal {
  const late = new AbortController()
  signal.addEventListener('abort', () => setTimeout(() => late.abort(), graceMs).unref(), { once: true })
  return late.signal
}

function reason(error: unknown, timeoutMs: number): string {
  if (error instanceof Error && error.name === 'TimeoutError') return `no answer within ${timeoutMs} ms`
  if (error instanceof Error && error.name === 'AbortError') return notWaitedFor
  const cause = error instanceof Error ? error.cause : undefined
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined
  return typeof code === 'string' && /^\w+$/.test(code) ? code : 'the exchange failed'
}

async function limitedText(response: Response): Promise<string | undefined> {
  if (response.body === null) return ''
  const chunks: Uint8Array[] = []
  let length = 0
  // Leaving the loop early cancels the rest of the answer.
  for await (const chunk of response.body) {
    length += chunk.byteLength
    if (length > maxAnswerBytes) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
