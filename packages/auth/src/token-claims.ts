import { accountId } from './credential.ts'
import type { Identity } from './snapshot.ts'

/**
 * The identity in the claims of a ChatGPT token; `undefined` when the text is not a JSON Web Token. The signature is not
 * checked: the token comes from the user's own file or from the host, and no access is granted because of its claims. The
 * provider checks the token.
 */
export function tokenClaims(token: string): Identity | undefined {
  const payload = decodePayload(token)
  if (payload === undefined) return undefined
  const auth = object(payload['https://api.openai.com/auth'])
  const profile = object(payload['https://api.openai.com/profile'])
  return {
    userId: text(auth.chatgpt_user_id) ?? text(auth.user_id),
    accountId: accountId(auth.chatgpt_account_id),
    email: text(payload.email) ?? text(profile.email),
    plan: text(auth.chatgpt_plan_type),
  }
}

type JsonObject = Readonly<Record<string, unknown>>

function decodePayload(token: string): JsonObject | undefined {
  const [header, payload, signature] = token.split('.')
  if (!header || !payload || !signature) return undefined
  try {
    const value: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function object(value: unknown): JsonObject {
  return isObject(value) ? value : {}
}

/** A text of at most 1,024 characters, because it becomes an attribute. */
function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= 1_024 ? value : undefined
}
