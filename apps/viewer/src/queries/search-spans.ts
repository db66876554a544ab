import { SPAN_COUNTED, SPAN_END, SPANS_ALONE } from './counted-spans.ts'
import { declinedSql } from './declined.ts'
import type { ParsedSearch, SearchFilter, State } from './parse-search.ts'
import { like, type Values } from './search.ts'

/**
 * The statement that finds the spans of a search, the newest first: those of sessions without events. With words, spans that have
 * these in their texts; with filters alone, those that count.
 * @returns `undefined` for a search of what no span has
 */
export function searchSpansSql(parsed: ParsedSearch, match: string): { sql: string; values: Values } | undefined {
  const values: Values = {}
  const conditions = [`s.session IN (SELECT id FROM session WHERE agent = '${SPANS_ALONE}')`]
  for (const [index, filter] of parsed.filters.entries()) {
    const own = conditionsOf(filter, `v${index}`, values)
    if (own === undefined) return undefined
    conditions.push(...own)
  }
  if (parsed.filters.some(({ key }) => key === 'tool') && !conditions.includes(OF_DECISIONS)) conditions.push(OF_CALLS)
  const all = conditions.join(' AND ')
  if (match !== '') {
    values.match = match
    const sql = `SELECT s.id FROM span_content CROSS JOIN span s ON s.id = span_content.rowid WHERE span_content MATCH :match AND ${all} ORDER BY span_content.rowid DESC LIMIT :limit`
    return { sql, values }
  }
  const index = parsed.filters.some(({ key }) => key === 'session') ? 'span_counted' : 'span_newest'
  const sql = `SELECT s.id FROM span s INDEXED BY ${index} WHERE (${SPAN_COUNTED}) AND ${all} ORDER BY s.start DESC LIMIT :limit`
  return { sql, values }
}

/** By their roles, as rows have them. */
const OF_RESPONSES = 's.role = 4'
const OF_DECISIONS = 's.role = 5'
const OF_CALLS = 's.role = 6'
// The index has the status; most spans without an error are told by it.
const OF_ERRORS = ['s.status = 2', 's.error IS NOT NULL']

/** As `span_events` has these; `undefined` for what no span is. */
const STATE_CONDITIONS: Readonly<Record<State, readonly string[] | undefined>> = {
  error: OF_ERRORS,
  failed: [OF_CALLS, ...OF_ERRORS],
  denied: [OF_DECISIONS, declinedSql('s.decision')],
  waited: [OF_DECISIONS, 's.wait IS NOT NULL'],
  retry: undefined,
  prompt: undefined,
  request: undefined,
  response: [OF_RESPONSES],
  decision: [OF_DECISIONS],
  tool: [OF_CALLS],
}

/** The conditions of a filter, whose value is bound as `name`. */
function conditionsOf(filter: SearchFilter, name: string, values: Values): readonly string[] | undefined {
  const word = (column: string, value: string): string =>
    `s.${column} IN (SELECT id FROM dict WHERE ${like('text', value, name, values)})`
  const ofSession = (column: string, value: string): string =>
    `s.session IN (SELECT id FROM session WHERE ${like(column, value, name, values)})`
  switch (filter.key) {
    case 'is':
      return STATE_CONDITIONS[filter.value]
    case 'tool':
    case 'model':
      return [word(filter.key, filter.value)]
    case 'event':
      // Some have the prefix of their agent, as events do.
      return [
        `(${word('name', filter.value)} OR s.name IN (SELECT id FROM dict WHERE ${like('text', `*.${filter.value}`, `${name}p`, values)}))`,
      ]
    case 'agent':
      return [ofSession('agent', filter.value)]
    case 'session':
      return [ofSession('key', `${filter.value}*`)]
    case 'call':
      values[name] = filter.value
      return [`s.call = :${name}`]
    case 'decision':
      return [OF_DECISIONS, like('s.decision', filter.value, name, values)]
    case 'source':
      return [OF_DECISIONS, word('source', filter.value)]
    case 'status':
      return undefined
    case 'slower':
      values[name] = filter.durationMs
      return [`s.duration >= :${name}`]
    case 'after':
      values[name] = filter.timeMs
      return [`${SPAN_END} >= :${name}`]
    case 'before':
      values[name] = filter.timeMs
      // No span ends before it begins.
      return [`s.start < :${name} * 1000`, `${SPAN_END} < :${name}`]
  }
}
