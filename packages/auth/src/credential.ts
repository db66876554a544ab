const maxLength = 65_536

/**
 * What may go into a header as a credential: visible ASCII up to 64 KiB. Anything else (a line break above all) would
 * split the header, or make the HTTP client throw an error that quotes the secret.
 */
export function isCredential(value: unknown): value is string {
  return typeof value === 'string' && value.length <= maxLength && /^[\x21-\x7e]+$/.test(value)
}

/** An account id; it goes into a header and into attributes, so what does not fit there counts as absent. */
export function accountId(value: unknown): string | undefined {
  return isCredential(value) && value.length <= 1_024 ? value : undefined
}

/** The text of an environment variable, or nothing when it is unset or blank. */
export function nonBlank(value: string | undefined): string | undefined {
  const trimmed = value?.trim()
  return trimmed === '' ? undefined : trimmed
}
