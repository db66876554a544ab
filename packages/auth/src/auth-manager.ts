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
  /** Where the host hands in ChatGPT tokens; nothing else is looked at then, and nothing is written. */
  readonly externalTokens?: ExternalTokenSource | undefined
  /** For one exchange with the authorization server, in milliseconds. Default: 10,000. */
  readonly refreshTimeoutMs?: number | undefined
  /** For one answer of `externalTokens`, in milliseconds. Default: 30,000. */
  readonly externalTimeoutMs?: number | undefined
  /** `externalTokens` is not waited for any longer at the start: nobody is signed in then. */
  readonly signal?: AbortSignal | undefined
}

/** Who is signed in, and how to get past a 401. How the user has signed in stays behind it. */
export interface AuthManager {
  /** `undefined` when nobody is signed in. Changes after a recovery: ask before each request. */
  current(): AuthSnapshot | undefined
  /** For one request: make it when the first 401 arrives or before, and keep it until the request has gone through. */
  recovery(): Recovery
  /** What was wrong at the start: why nobody is signed in, or a warning. */
  readonly problems: readonly AuthProblem[]
}

/**
 * Finds out who is signed in. Never throws and, without `externalTokens`, never leaves the machine.
 *
 * The first of these that is there decides: `externalTokens`; `CODEX_API_KEY`, when enabled; `auth.json`;
 * `OPENAI_API_KEY`. One that is there and broken is a problem and ends the search, so that no request is paid from
 * another account than the user means.
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
