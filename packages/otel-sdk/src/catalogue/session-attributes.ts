import type { AttributeValue, SessionOptions } from '@codex/otel-api'
import { type ContentPolicy, redactAttributes, withholdIdentity } from '../content/policy.ts'

/** The attributes that every event of a session carries, and those that only some events carry. */
export interface SessionAttributes {
  readonly common: Readonly<Record<string, AttributeValue>>
  /** `auth.env_*`: for the events whose row asks for them. */
  readonly authEnvironment: Readonly<Record<string, AttributeValue>>
  /** Those that the application adds to every event. */
  readonly own: Readonly<Record<string, AttributeValue>>
}

/** The names of `common`. */
export const SESSION_ATTRIBUTES = [
  'conversation.id',
  'app.version',
  'auth_mode',
  'originator',
  'user.account_id',
  'user.email',
  'terminal.type',
  'model',
  'slug',
] as const

/** Turns what the application said of a session into attributes, once a session; what is not exported is left out. */
export function sessionAttributes(
  options: SessionOptions,
  appVersion: string,
  policy: ContentPolicy,
): SessionAttributes {
  const { auth, authEnvironment: environment } = options
  return {
    common: present({
      'conversation.id': options.conversationId,
      'app.version': appVersion,
      auth_mode: auth?.mode,
      originator: options.originator,
      'user.account_id': withholdIdentity(auth?.accountId, policy.accountId),
      'user.email': withholdIdentity(auth?.email, policy.email),
      'terminal.type': options.terminalType,
      model: options.model,
      slug: options.slug ?? options.model,
    } satisfies Record<(typeof SESSION_ATTRIBUTES)[number], AttributeValue | undefined>),
    authEnvironment: environment
      ? present({
          'auth.env_openai_api_key_present': environment.openaiApiKeyPresent,
          'auth.env_codex_api_key_present': environment.codexApiKeyPresent,
          'auth.env_codex_api_key_enabled': environment.codexApiKeyEnabled,
          // The variable's name is the user's business; that one is configured is all that is told.
          'auth.env_provider_key_name': environment.providerKeyPresent === undefined ? undefined : 'configured',
          'auth.env_provider_key_present': environment.providerKeyPresent,
          'auth.env_refresh_token_url_override_present': environment.refreshTokenUrlOverridePresent,
        })
      : {},
    own: redactAttributes(options.attributes ?? {}, policy.ownEvents),
  }
}

function present(attributes: Record<string, AttributeValue | undefined>): Record<string, AttributeValue> {
  return Object.fromEntries(
    Object.entries(attributes).filter((entry): entry is [string, AttributeValue] => entry[1] !== undefined),
  )
}

/** The tags that a session puts on its measurements. */
export const SESSION_TAGS = ['app.version', 'auth_mode', 'model', 'originator', 'session_source'] as const

export type SessionTag = (typeof SESSION_TAGS)[number]
