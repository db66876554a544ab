import { createHash } from 'node:crypto'

/** What is hashed before the id or key, so that the result equals no plain hash of it that is stored elsewhere. */
const userIdHashPrefix = 'codex-otel:user-id:v1:'

/** Shorter keys (`ollama`, `EMPTY`) are placeholders: all who use them would share one id. */
const minApiKeyLength = 20

/** What distinguishes one user from another. */
export interface UserIdSource {
  /** Of the signed-in user; goes before the key. */
  readonly userId?: string | undefined
  readonly apiKey?: string | undefined
}

/**
 * The resource attribute `user_id`: SHA-256 in hex over the prefix and the user's id, or else the API key (in UTF-8,
 * without white space around it). The same input gives the same id on every machine and in every version.
 * `undefined` when there is nothing fit to hash. A pseudonym, not anonymity: the hash of a known id can be computed.
 */
export function userIdHash({ userId, apiKey }: UserIdSource): string | undefined {
  const id = userId?.trim()
  const key = apiKey?.trim()
  const subject = id || (key !== undefined && key.length >= minApiKeyLength ? key : undefined)
  if (subject === undefined) return undefined
  return createHash('sha256').update(userIdHashPrefix).update(subject).digest('hex')
}
