import { wordsIn } from './words.ts'

/** What somebody looks for. */
export interface ParsedSearch {
  /** Words that must all be there, in any order. */
  terms: SearchTerm[]
  filters: SearchFilter[]
}

/** One word, or a phrase: words that follow each other. */
export interface SearchTerm {
  words: string[]
  /** Whether the last word may go on. */
  prefix: boolean
}

export type SearchFilter =
  | { key: (typeof TEXT_FILTERS)[number]; value: string }
  /** HTTP statuses from `from` to `to`. */
  | { key: 'status'; from: number; to: number }
  | { key: 'is'; value: State }
  /** Milliseconds since the epoch. */
  | { key: 'before' | 'after'; timeMs: number }
  | { key: 'slower'; durationMs: number }

export const STATES = [
  'error',
  'failed',
  'denied',
  'waited',
  'retry',
  'prompt',
  'request',
  'response',
  'decision',
  'tool',
] as const
export type State = (typeof STATES)[number]

const TEXT_FILTERS = ['tool', 'model', 'event', 'agent', 'session', 'call', 'decision', 'source'] as const
const FILTERS = [...TEXT_FILTERS, 'status', 'is', 'before', 'after', 'slower'] as const

/** More words than a text that somebody pastes; each one is a look into the index. */
const MAX_TERMS = 200
/** Each is a condition, of which a statement may not have any number. */
const MAX_FILTERS = 50

/** A filter with its value, which may be in quotes; a phrase in quotes; or a word. */
const TOKEN = /([a-z]+):(?!\/\/)(?:"([^"]*)"|([^\s"]+))(?=\s|$)|"([^"]*)"?|[^\s"]+/g

const FILTERS_ALONE = /(?<=^|\s)[a-z]+:(?!\/\/)(?:"[^"]*"|[^\s"]+)(?=\s|$)/g

/**
 * Reads what somebody typed: words, `"phrases"`, beginnings of words (`wor*`, and the last word, whether filters follow it or not) and filters (`tool:exec_command`).
 * Nothing in it is an operator. A text with a colon that is in quotes is no filter.
 * @throws RangeError for a filter or a value that there is not, and for too many, which says what to write
 */
export function parseSearch(typed: string, nowMs: number = Date.now()): ParsedSearch {
  const parsed: ParsedSearch = { terms: [], filters: [] }
  for (const { 0: token, 1: key, 2: quoted, 3: bare, 4: phrase, index } of typed.matchAll(TOKEN)) {
    if (key !== undefined) {
      parsed.filters.push(readFilter(key, quoted ?? bare ?? '', nowMs))
      continue
    }
    const words = wordsIn(phrase ?? token)
    // A word goes on until a space ends it; a filter behind it leaves it as it was.
    const rest = typed.slice(index + token.length)
    const isLast = rest === '' || (rest.trim() !== '' && rest.replace(FILTERS_ALONE, '').trim() === '')
    const prefix = phrase === undefined && (isLast || token.endsWith('*'))
    if (words.length > 0) parsed.terms.push({ words, prefix })
  }
  if (parsed.terms.length > MAX_TERMS)
    throw new RangeError(`a search has ${MAX_TERMS} words at most; put words that follow each other in quotes.`)
  if (parsed.filters.length > MAX_FILTERS) throw new RangeError(`a search has ${MAX_FILTERS} filters at most.`)
  return parsed
}

/** The terms as FTS5 has them; empty where there is none. */
export const matchOf = ({ terms }: ParsedSearch): string =>
  [...new Set(terms.map(({ words, prefix }) => `"${words.join(' ')}"${prefix ? '*' : ''}`))].join(' ')

function readFilter(key: string, value: string, nowMs: number): SearchFilter {
  const text = TEXT_FILTERS.find(name => name === key)
  if (text) return { key: text, value }
  switch (key) {
    case 'is': {
      const state = STATES.find(name => name === value)
      if (!state) throw wrongValue(key, value, `there are ${STATES.map(name => `is:${name}`).join(', ')}`)
      return { key, value: state }
    }
    case 'status': {
      const [, first, rest] = /^([1-5])(\d\d|xx)$/.exec(value) ?? []
      if (!first) throw wrongValue(key, value, 'write an HTTP status, such as status:429 or status:5xx')
      const from = Number(first) * 100 + (rest === 'xx' ? 0 : Number(rest))
      return { key, from, to: rest === 'xx' ? from + 99 : from }
    }
    case 'before':
    case 'after': {
      const duration = durationOf(value)
      const timeMs = duration === undefined ? dateOf(value) : nowMs - duration
      if (timeMs === undefined)
        throw wrongValue(
          key,
          value,
          `write how long ago or when, such as ${key}:2h, ${key}:7d or ${key}:2026-11-01T09:30`,
        )
      return { key, timeMs }
    }
    case 'slower': {
      const durationMs = durationOf(value)
      if (durationMs === undefined)
        throw wrongValue(key, value, 'write a duration with its unit, such as slower:500ms or slower:2s')
      return { key, durationMs }
    }
    default:
      throw new RangeError(
        `there is no filter ${key}: ; there are ${FILTERS.map(name => `${name}:`).join(', ')}. Put "${key}:${value}" in quotes to look for these words.`,
      )
  }
}

const wrongValue = (key: string, value: string, advice: string): RangeError =>
  new RangeError(`${key}: has no value ${JSON.stringify(value)}; ${advice}.`)

const UNITS_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}

function durationOf(text: string): number | undefined {
  const [, digits, unit] = /^(\d{1,9}(?:\.\d{1,6})?)(ms|s|m|h|d|w)$/.exec(text) ?? []
  return digits === undefined ? undefined : Number(digits) * (UNITS_MS[unit ?? ''] ?? Number.NaN)
}

function dateOf(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?Z?)?$/.test(text)) return undefined
  // A day alone begins at midnight here, as a time without a zone is one here.
  const time = Date.parse(text.length === 10 ? `${text}T00:00` : text)
  return Number.isNaN(time) ? undefined : time
}
