import { maskValues } from './mask-values.ts'

/** What a receiver calls itself in the `Server` header of its answer, with where to find it; `undefined` for a text of another form. */
export function receiverName(
  header: string | undefined,
  secrets: Readonly<Record<string, string>>,
): string | undefined {
  if (header === undefined || !/^[\w.+/():[\] -]{1,100}$/.test(header)) return undefined
  return maskValues(header, secrets)
}
