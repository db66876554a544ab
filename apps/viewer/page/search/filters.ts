/** A filter in what was typed, and where it is. */
export interface TypedFilter {
  text: string
  key: string
  value: string
}

const FILTER = /(?<=^|\s)([a-z]+):(?!\/\/)(?:"([^"]*)"|([^\s"]+))(?=\s|$)/g

/** The filters that somebody typed, in their order. What is in quotes is none. */
export function filtersIn(typed: string): TypedFilter[] {
  const outside = typed.replace(/(?<=^|\s)"[^"]*"?/g, phrase => ' '.repeat(phrase.length))
  return [...outside.matchAll(FILTER)].map(({ 0: text, 1: key = '', 2: quoted, 3: bare }) => ({
    text,
    key,
    value: quoted ?? bare ?? '',
  }))
}

/** What was typed without one of its filters. */
export const withoutFilter = (typed: string, { text }: TypedFilter): string => {
  const at = ` ${typed} `.indexOf(` ${text} `)
  return at < 0 ? typed : `${typed.slice(0, at)}${typed.slice(at + text.length)}`.replace(/\s+/g, ' ').trim()
}

/** What was typed with one more filter, in place of the others of its kind. */
export function withFilter(typed: string, added: string): string {
  const key = added.slice(0, added.indexOf(':'))
  const rest = filtersIn(typed)
    .filter(filter => filter.key === key)
    .reduce(withoutFilter, typed)
  return `${rest.trim()} ${added} `.trimStart()
}
