import type { IdentityField } from './policy.ts'

const NAMESPACE: Readonly<Record<IdentityField, string>> = {
  email: 'codex-otel:email:',
  accountId: 'codex-otel:account-id:',
}

/**
 * The pseudonym of an identity: `sha256:` and the SHA-256 of a fixed prefix and the value, in hex; e-mail addresses in
 * lower case and without the white space around them. The same person has the same pseudonym in every run and on every
 * machine. It is no anonymity: the pseudonyms of a list of candidates can be computed.
 */
export function hashIdentity(identity: string, field: IdentityField): string {
  const value = field === 'email' ? identity.trim().toLowerCase() : identity
  // Loaded only when it is needed: that takes a new thread 4 ms.
  const { createHash } = process.getBuiltinModule('node:crypto')
  return `sha256:${createHash('sha256')
    .update(NAMESPACE[field] + value)
    .digest('hex')}`
}
