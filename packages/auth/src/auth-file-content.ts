import type { AuthProblem } from './auth-problem.ts'
import { accountId, isCredential } from './credential.ts'
import type { Identity } from './snapshot.ts'
import { tokenClaims } from './token-claims.ts'

/** The content of `auth.json`. */
export type AuthFileContent =
  | { readonly kind: 'api-key'; readonly apiKey: string }
  | { readonly kind: 'chatgpt'; readonly tokens: ChatgptTokens }

/** The tokens of a ChatGPT sign-in, and the identity in their claims. */
export interface ChatgptTokens {
  readonly accessToken: string
  /** `undefined` when the sign-in cannot be renewed. */
  readonly refreshToken: string | undefined
  readonly identity: Identity
}

export type JsonObject = Record<string, unknown>

/** Parses a text as a JSON object; `undefined` when it is not one. */
export function parseJsonObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    // The parser's error is dropped, because its message quotes the text, which holds tokens.
    return undefined
  }
}

/**
 * Interprets `auth.json` as Codex writes it: `auth_mode`, `OPENAI_API_KEY`, `tokens`, `last_refresh`. In a file without
 * `auth_mode`, which older versions wrote, the key is used where there is one, else the tokens.
 */
export function authFileContent(file: string, text: string): AuthFileContent | AuthProblem {
  const json = parseJsonObject(text)
  if (json === undefined) return malformed(file, 'it is not a JSON object')
  const { auth_mode: mode, OPENAI_API_KEY: key } = json
  if (mode !== undefined && mode !== null && mode !== 'chatgpt' && mode !== 'apikey') {
    return malformed(file, 'auth_mode must be "chatgpt" or "apikey"')
  }
  const keyCounts = mode === 'apikey' || (mode !== 'chatgpt' && key !== undefined && key !== null)
  return keyCounts ? apiKey(file, key) : chatgpt(file, json.tokens)
}

function apiKey(file: string, value: unknown): AuthFileContent | AuthProblem {
  const key = typeof value === 'string' ? value.trim() : value
  if (!isCredential(key)) return malformed(file, 'OPENAI_API_KEY must be an API key')
  return { kind: 'api-key', apiKey: key }
}

function chatgpt(file: string, value: unknown): AuthFileContent | AuthProblem {
  if (!isObject(value)) return malformed(file, 'it has neither OPENAI_API_KEY nor tokens')
  const { id_token: idToken, access_token: accessToken, refresh_token: refreshToken } = value
  if (!isCredential(accessToken)) return malformed(file, 'tokens.access_token is missing or not a token')
  const claims = isCredential(idToken) ? tokenClaims(idToken) : undefined
  if (claims === undefined) return malformed(file, 'tokens.id_token is missing or not a JSON Web Token')
  return {
    kind: 'chatgpt',
    tokens: {
      accessToken,
      refreshToken: isCredential(refreshToken) ? refreshToken : undefined,
      identity: { ...claims, accountId: accountId(value.account_id) ?? claims.accountId },
    },
  }
}

function malformed(file: string, what: string): AuthProblem {
  const message = `${file} cannot be used: ${what}. Sign in again, or remove the file.`
  return { severity: 'error', code: 'sign-in-unavailable', message }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
