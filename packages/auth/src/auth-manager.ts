import { join } from 'node:path'
import { readAuthFile } from './auth-file.ts'
import { type AuthProblem, isProblem } from './auth-problem.ts'
import { isCredential, nonBlank } from './credential.ts'
import { externalSignIn } from './external-sign-in.ts'
import type { ExternalTokenSource } from './external-tokens.ts'
import { managedSignIn } from './managed-sign-in.ts'
import { noRecovery, type Recovery } from './recovery.ts'
import type { SignIn } from './sign-in.ts'
import { type AuthSnapshot, apiKeySnapshot } from './snapshot.ts'
import { defaultRefreshUrl } from './token-refresh.ts'

export interface AuthOptions {
  /** The directory that holds `auth.json`, as an absolute path. */
  readonly codexHome: string
  /** Default: `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
  /** Whether `CODEX_API_KEY` counts. Default: `false`. */
  readonly codexApiKeyEnabled?: boolean | undefined
  /** Gives the ChatGPT tokens of the host. With it, the manager reads no other source and writes no file. */
  readonly externalTokens?: ExternalTokenSource | undefined
  /** Limit of one exchange with the authorization server, in milliseconds. Default: 10,000. */
  readonly refreshTimeoutMs?: number | undefined
  /** Limit of one answer of `externalTokens`, in milliseconds. Default: 30,000. */
  readonly externalTimeoutMs?: number | undefined
  /** Aborted, it ends the wait for the first answer of `externalTokens`; no user is signed in then. */
  readonly signal?: AbortSignal | undefined
}

/** The signed-in user, and the recovery from a 401 answer. The interface is the same for every kind of sign-in. */
export interface AuthManager {
  /** The current user; `undefined` when no user is signed in. A recovery may change it: call this before each request. */
  current(): AuthSnapshot | undefined
  /** The recovery of one request: create it at the first 401 answer or before, and keep it until the request succeeds. */
  recovery(): Recovery
  /** Problems found at the start: the reason why no user is signed in, or a warning. */
  readonly problems: readonly AuthProblem[]
}

/**
 * Finds the signed-in user. Never throws. Without `externalTokens` it makes no request to the network.
 *
 * The first source that is there decides: `externalTokens`; `CODEX_API_KEY`, when enabled; `auth.json`; `OPENAI_API_KEY`.
 * A source that is there and cannot be used is a problem and ends the search, so that no request is paid from another
 * account than the user means.
 */
export async function createAuthManager(options: AuthOptions): Promise<AuthManager> {
  const found = await findSignIn(options)
  const signIn = found.signIn
  return {
    current: () => signIn?.current(),
    recovery: () => signIn?.recovery() ?? noRecovery,
    problems: found.problem === undefined ? [] : [found.problem],
  }
}

interface Found {
  signIn?: SignIn
  problem?: AuthProblem | undefined
}

async function findSignIn(options: AuthOptions): Promise<Found> {
  const { codexHome, env = process.env, codexApiKeyEnabled = false, externalTokens: source } = options
  if (source !== undefined) {
    const { externalTimeoutMs: timeoutMs = 30_000, signal } = options
    const signIn = await externalSignIn({ source, timeoutMs, signal })
    return isProblem(signIn) ? { problem: signIn } : { signIn }
  }
  const codexApiKey = codexApiKeyEnabled ? nonBlank(env.CODEX_API_KEY) : undefined
  if (codexApiKey !== undefined) return apiKeyFromEnvironment('CODEX_API_KEY', codexApiKey)

  const file = join(codexHome, 'auth.json')
  const read = await readAuthFile(file)
  if (read === undefined) {
    const openaiApiKey = nonBlank(env.OPENAI_API_KEY)
    return openaiApiKey === undefined ? {} : apiKeyFromEnvironment('OPENAI_API_KEY', openaiApiKey)
  }
  if (isProblem(read)) return { problem: read }
  const { content, warning: problem } = read
  if (content.kind === 'api-key') return { signIn: apiKeySignIn(content.apiKey), problem }
  const refreshUrl = nonBlank(env.CODEX_REFRESH_TOKEN_URL_OVERRIDE) ?? defaultRefreshUrl
  const refreshTimeoutMs = options.refreshTimeoutMs ?? 10_000
  return { signIn: managedSignIn({ file, tokens: content.tokens, refreshUrl, refreshTimeoutMs }), problem }
}

function apiKeyFromEnvironment(variable: string, value: string): Found {
  if (isCredential(value)) return { signIn: apiKeySignIn(value) }
  const message = `${variable} is not an API key: it has characters that no key has. Set it again, or unset it.`
  return { problem: { severity: 'error', code: 'api-key-malformed', message } }
}

function apiKeySignIn(apiKey: string): SignIn {
  const snapshot = apiKeySnapshot(apiKey)
  return { current: () => snapshot, recovery: () => noRecovery }
}
