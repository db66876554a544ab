import { type AuthManager, createAuthManager, externalTokensFromCommand, type Recovery } from '@codex/auth'
import type { Provider } from '../config/provider.ts'
import type { AuthEnvironment, SessionAuth } from '../telemetry.ts'
import { UsageError } from '../usage-error.ts'

type Env = Readonly<Record<string, string | undefined>>

/** The credential for a provider, and the sign-in that it comes from. */
export interface Credentials {
  /** The sign-in; `undefined` where no user is signed in, as with the provider's own key. */
  readonly auth: SessionAuth | undefined
  readonly environment: AuthEnvironment
  /** Environment variables that hold a credential; the commands that the model runs do not get them. */
  readonly secretVariables: readonly string[]
  /** The headers with the credential, in lower case. A recovery changes them: call this before every request. */
  headers(): Record<string, string>
  /** The recovery of one request from its 401 answers. */
  recovery(): Recovery
}

export interface KeyOptions {
  provider: Provider
  /** Whether `CODEX_API_KEY` is used: it is for `exec`, which scripts start. */
  codexApiKeyEnabled: boolean
  env: Env
}

export interface CredentialsOptions extends KeyOptions {
  codexHome: string
  /** The command line of a program that prints the tokens of a ChatGPT sign-in as JSON. */
  externalAuth?: string | undefined
  /** Aborted, it ends the wait for that program. */
  signal?: AbortSignal | undefined
  /** Called with the problem of a sign-in that works. */
  onWarning(message: string): void
}

/**
 * Finds the credential for a provider: the variable that `env_key` names, or else, with `requires_openai_auth`, the
 * user's sign-in.
 * @throws UsageError when the provider needs one and there is none; the signal's reason when it was aborted.
 */
export async function findCredentials(options: CredentialsOptions): Promise<Credentials> {
  const { provider, env } = options
  const fromSignIn = provider.envKey === undefined && provider.requiresOpenaiAuth
  if (options.externalAuth !== undefined && !fromSignIn) {
    throw new UsageError(
      `--external-auth signs in to a provider with requires_openai_auth = true and without env_key; "${provider.id}" is none. Leave the option out, or choose another model_provider.`,
    )
  }
  if (fromSignIn) return signIn(options)
  if (provider.envKey === undefined) return keyCredentials(undefined, options)
  const key = env[provider.envKey]
  if (!isSet(key)) {
    throw new UsageError(
      `the key for "${provider.id}" is not there: set the environment variable ${provider.envKey}, which env_key in [model_providers.${provider.id}] names`,
    )
  }
  return keyCredentials(key, options)
}

/** The credential of a provider with a key of its own, or without one. It is no sign-in, and has no recovery. */
export function keyCredentials(key: string | undefined, options: KeyOptions): Credentials {
  const headers: Record<string, string> = key === undefined ? {} : { authorization: `Bearer ${key}` }
  return { auth: undefined, ...surroundings(options), headers: () => headers, recovery: () => NOTHING_TO_RECOVER }
}

const NOTHING_TO_RECOVER: Recovery = {
  next: async unauthorized => ({
    event: {
      mode: 'managed',
      step: 'reload',
      outcome: 'recovery_not_run',
      reason: 'not_chatgpt_auth',
      ...unauthorized,
    },
    recovered: false,
    problem: undefined,
  }),
}

async function signIn(options: CredentialsOptions): Promise<Credentials> {
  const { codexHome, codexApiKeyEnabled, env, externalAuth, signal, onWarning } = options
  const manager = await createAuthManager({
    codexHome,
    codexApiKeyEnabled,
    env,
    externalTokens: externalAuth === undefined ? undefined : externalTokensFromCommand(externalAuth, { env }),
    signal,
  })
  signal?.throwIfAborted()
  const auth = manager.current()
  if (auth === undefined) throw new UsageError(whyNobody(manager, codexHome))
  for (const problem of manager.problems) onWarning(problem.message)
  return { auth, ...surroundings(options), headers: () => headersOf(manager), recovery: () => manager.recovery() }
}

function whyNobody({ problems }: AuthManager, codexHome: string): string {
  if (problems.length > 0) return problems.map(problem => problem.message).join('\n')
  return `nobody is signed in: there is no ${codexHome}/auth.json. Write {"OPENAI_API_KEY": "..."} into it, set the environment variable OPENAI_API_KEY, or set env_key for the provider.`
}

function headersOf(manager: AuthManager): Record<string, string> {
  const snapshot = manager.current()
  if (snapshot === undefined) return {}
  const { header, accountId } = snapshot
  return {
    [header.name]: header.value,
    // One user may belong to several accounts, and the token does not name the one that is meant.
    ...(accountId !== undefined && { 'chatgpt-account-id': accountId }),
  }
}

function surroundings({
  provider,
  codexApiKeyEnabled,
  env,
}: KeyOptions): Pick<Credentials, 'environment' | 'secretVariables'> {
  const { envKey } = provider
  return {
    environment: {
      openaiApiKeyPresent: isSet(env.OPENAI_API_KEY),
      codexApiKeyPresent: isSet(env.CODEX_API_KEY),
      codexApiKeyEnabled,
      providerKeyPresent: envKey === undefined ? undefined : isSet(env[envKey]),
      refreshTokenUrlOverridePresent: isSet(env.CODEX_REFRESH_TOKEN_URL_OVERRIDE),
    },
    secretVariables: ['OPENAI_API_KEY', 'CODEX_API_KEY', ...(envKey === undefined ? [] : [envKey])],
  }
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value.trim() !== ''
}
