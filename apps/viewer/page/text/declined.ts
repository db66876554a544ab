/** Who decides on a call without a person, by the source of the decision. */
export const deciderName = (source: string): string => (/^config/i.test(source) ? 'the configuration' : source)

/** Who did not allow a call, by the source of the decision. */
export function declinedBy(source: string | null): string {
  if (source === null) return 'declined'
  return /^user/i.test(source) ? 'declined by you' : `declined by ${deciderName(source)}`
}
