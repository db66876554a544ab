import type { Scope } from '../../src/queries/dialect.ts'

/** A filter of the search, whatever its value has in it. */
export const filter = (key: string, value: string): string =>
  /^[^\s"]+$/.test(value) ? `${key}:${value}` : `${key}:"${value.replaceAll('"', '*')}"`

export const searchPath = (...words: readonly string[]): string =>
  `/search?q=${encodeURIComponent(words.filter(word => word !== '').join(' '))}`

/** A time as the search takes it. */
const moment = (ms: number): string => new Date(ms).toISOString().replace(/(?::00)?\.000Z$/, 'Z')

/** The filters of a period, of all time none. */
export const between = ({ from, to }: { from: number; to: number }): string =>
  [from > 0 ? `after:${moment(from)}` : '', `before:${moment(to)}`].filter(Boolean).join(' ')

/** The filters of what a screen is about. */
export const inScope = ({ from, to, model, agent }: Scope): string =>
  [between({ from, to }), model && filter('model', model), agent && filter('agent', agent)].filter(Boolean).join(' ')

/** The words of an error whose digits were folded. */
export const wordsOf = (folded: string): string =>
  (folded.match(/[\p{L}\p{M}]{2,}/gu) ?? [])
    .slice(0, 8)
    .map(word => `"${word}"`)
    .join(' ')
