/** Who did not allow a call, by the source of the decision. */
export function declinedBy(source: string | null): string {
  if (source === null) return 'declined'
  if (/^user/i.test(source)) return 'declined by you'
  return `declined by ${/^config/i.test(source) ? 'the configuration' : source}`
}
