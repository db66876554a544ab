import type { AttributeValue } from '@codex/otel-api'
import { capText } from './cap-text.ts'
import { codePointLength } from './code-point-length.ts'
import { mapTexts } from './map-texts.ts'
import { NAME_LIMIT, type TextLimit } from './text-limits.ts'

/**
 * How a text is sent. `full`: scrubbed of secrets and cut to the limit. `length`: only how long it is. `off`: nothing
 * of it. The attribute is there in every case, as a text: the contract has these attributes on every event of their
 * kind, and `error.message` shows that there is an error at all.
 */
export type TextPolicy = 'full' | 'length' | 'off'

/**
 * How an identity is sent. `hash`: as a pseudonym, see `hashIdentity`. `off`: the attribute is left out, as it is without
 * a sign-in.
 */
export type IdentityPolicy = TextPolicy | 'hash'

/** Which content is exported: the same for every signal, for the spool and for every exporter. */
export interface ContentPolicy {
  prompt: TextPolicy
  toolArguments: TextPolicy
  toolOutput: TextPolicy
  /** Everything in `error.message`. */
  errorText: TextPolicy
  email: IdentityPolicy
  accountId: IdentityPolicy
  /** Whether the records of the pieces of a stream are exported. */
  sseDeltas: boolean
  /** Final answers of the model; with `off` there is no `codex.agent_response`. */
  agentResponse: TextPolicy
  /** The words of a reviewer; with `off` there is no `codex.guardian_assessment`. */
  guardianRationale: TextPolicy
  /** Texts that the application adds: of its own events, and of the attributes of its sessions. */
  ownEvents: TextPolicy
  /** How much of a tool's output is exported, in bytes of UTF-8. */
  toolOutputBytes: number
}

export type TextField =
  | 'prompt'
  | 'toolArguments'
  | 'toolOutput'
  | 'errorText'
  | 'agentResponse'
  | 'guardianRationale'
  | 'ownEvents'
export type IdentityField = 'email' | 'accountId'

/** Stands for a text that is not exported. */
export const REDACTED = '[REDACTED]'

/**
 * The caller's part of the policy on a text, before it is posted: a text that is not exported never leaves the thread.
 * `off` gives `[REDACTED]`; `length` gives `[REDACTED length=12]`, in Unicode code points; `full` gives the text, capped.
 */
export function redactText(text: string, policy: TextPolicy, limit?: TextLimit): string {
  if (policy === 'full') return capText(text, limit)
  return policy === 'off' ? REDACTED : lengthOf(text)
}

/**
 * The caller's part of the policy on an identity: what is `off` never leaves the thread, and of `length` only that.
 * What is `hash` is hashed in the worker, so that the caller need not load any cryptography.
 */
export function withholdIdentity(identity: string | undefined, policy: IdentityPolicy): string | undefined {
  if (identity === undefined || policy === 'off') return undefined
  return policy === 'length' ? lengthOf(identity) : capText(identity)
}

/** How a text that the application adds is sent: as strictly as those of its field in the catalogue, at the least. */
export function ownTextPolicy(field: TextField, policy: ContentPolicy): TextPolicy {
  const policies = [policy[field], policy.ownEvents]
  if (policies.includes('off')) return 'off'
  return policies.includes('length') ? 'length' : 'full'
}

/** As `redactText`, for a value of any type. */
export const redactValue = (value: AttributeValue, policy: TextPolicy, limit?: TextLimit): AttributeValue =>
  mapTexts(value, text => redactText(text, policy, limit))

/** The same for the attributes that an application adds to a session. */
export const redactAttributes = (
  attributes: Readonly<Record<string, AttributeValue | null | undefined>>,
  policy: TextPolicy,
): Record<string, AttributeValue> => {
  const redacted: Record<string, AttributeValue> = {}
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== null) redacted[name] = redactValue(value, policy, NAME_LIMIT)
  }
  return redacted
}

function lengthOf(text: string): string {
  return `[REDACTED length=${codePointLength(text)}]`
}
