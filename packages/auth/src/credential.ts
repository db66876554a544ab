const maxLength = 65_536

/**
 * Whether a value may be sent in a header as a credential: visible ASCII up to 64 KiB. Other characters (a line break above
 * all) would split the header, or make the HTTP client throw an error that quotes the secret.
 */
export function isCredential(value: unknown): value is string {
  return typeof value === 'string' && value.length <= maxLength && /^[\x21-\x7e]+$/.test(value)
}

/** An account id, or `undefined` for a value that a header or an attribute cannot hold. */
export function accountId(value: unknown): string | undefined {
  return isCredential(value) && value.length <= 1_024 ? value : undefined
}

/** The trimmed text of an environment variable; `undefined` when the variable is unset or blank. */
export function nonBlank(value: string | undefined): string | undefined {
  const trimmed = value?.trim()
  return trimmed === '' ? undefined : trimmed
}
