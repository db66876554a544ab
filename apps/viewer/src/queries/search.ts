import { declinedSql } from './declined.ts'
import type { ParsedSearch, SearchFilter, State } from './parse-search.ts'

export interface SearchRow {
  /** Below zero, of a span. */
  event_id: number
  time_ms: number
  conversation_id: string | null
  /** Of the session. */
  title: string | null
  event_name: string | null
  role: string
  event_kind: string | null
  model: string | null
  tool_name: string | null
  status: number | null
  success: number | null
  duration_ms: number | null
  decision: string | null
  error_message: string | null
  /** Whether a call did not run since it was not allowed. */
  declined: 0 | 1
  /** Where the hit is: `prompt`, `arguments`, `output` or `error`; `null` for an event without text. */
  field: string | null
  /** Text around the first hit: what is no hit and what is one, by turns, the former first. */
  parts: string[]
  /** Where a span is; `null` for an event. */
  trace_id: string | null
  span_id: string | null
}

export interface SearchChoice {
  words: string
  limit: number
}

export type Values = Record<string, string | number>

/** The statement that finds the events of a search, the newest first, and no spans; `match` is what the full-text index is asked. */
export function searchSql(parsed: ParsedSearch, match: string): { sql: string; values: Values } {
  const values: Values = {}
  const conditions = parsed.filters.flatMap((filter, index) => conditionsOf(filter, `v${index}`, values))
  // Of a tool, its calls.
  if (parsed.filters.some(({ key }) => key === 'tool') && !conditions.includes(OF_DECISIONS))
    conditions.push(...OF_CALLS)
  if (match !== '') {
    values.match = match
    const and = conditions.map(condition => ` AND ${condition}`).join('')
    const sql = `SELECT e.id FROM content CROSS JOIN event e ON e.id = content.rowid WHERE content MATCH :match${and} ORDER BY content.rowid DESC LIMIT :limit`
    return { sql, values }
  }
  // With an index that begins with the time, the newest come first; without one, those that came in last do.
  const order = conditions.some(condition => INDEXED.has(condition)) ? 'e.time DESC, e.id DESC' : 'e.id DESC'
  return { sql: `SELECT e.id FROM event e WHERE ${conditions.join(' AND ')} ORDER BY ${order} LIMIT :limit`, values }
}

/** Their roles, as rows have them. */
const PROMPT = 1
const REQUEST = 2
const TOOL = 6

const OF_DECISIONS = 'e.decision IS NOT NULL'
const OF_STATUS = 'e.status IS NOT NULL'
const OF_REQUESTS = 'e.request IS NOT NULL'
/** What has a success may be a request over a WebSocket, too. */
const OF_CALLS = ['e.success IS NOT NULL', `e.role = ${TOOL}`]

const INDEXED: ReadonlySet<string> = new Set([
  'e.error IS NOT NULL',
  'e.success IS NOT NULL',
  OF_REQUESTS,
  OF_STATUS,
  'e.input IS NOT NULL',
  OF_DECISIONS,
])

/** No call that was declined. */
const RAN = '(SELECT declined FROM codex_events WHERE event_id = e.id) = 0'

const STATE_CONDITIONS: Readonly<Record<State, string[]>> = {
  error: ['e.error IS NOT NULL', RAN],
  failed: [...OF_CALLS, 'e.success = 0', RAN],
  denied: [OF_DECISIONS, declinedSql('e.decision')],
  waited: [OF_DECISIONS, 'e.wait IS NOT NULL'],
  retry: [OF_REQUESTS, 'e.attempt > 0'],
  prompt: [`e.role = ${PROMPT}`],
  request: [OF_REQUESTS, `e.role = ${REQUEST}`],
  response: ['e.input IS NOT NULL'],
  decision: [OF_DECISIONS],
  tool: OF_CALLS,
}

/** The conditions of a filter, whose value is bound as `name`. */
function conditionsOf(filter: SearchFilter, name: string, values: Values): string[] {
  switch (filter.key) {
    case 'is':
      return STATE_CONDITIONS[filter.value]
    case 'tool':
    case 'model':
      return [`e.${filter.key} IN (SELECT id FROM dict WHERE ${like('text', filter.value, name, values)})`]
    case 'event': {
      // Without its agent's prefix, too.
      const named = filter.value.includes('*') || filter.value.includes('.') ? filter.value : `*.${filter.value}`
      return [`e.name IN (SELECT id FROM dict WHERE ${like('text', named, name, values)})`]
    }
    case 'agent':
      return [`e.session IN (SELECT id FROM session WHERE ${like('agent', filter.value, name, values)})`]
    case 'session':
      return [`e.session IN (SELECT id FROM session WHERE ${like('key', `${filter.value}*`, name, values)})`]
    case 'call':
      values[name] = filter.value
      return [`e.call = :${name}`]
    case 'decision':
      return [OF_DECISIONS, like('e.decision', filter.value, name, values)]
    case 'source':
      return [OF_DECISIONS, `e.source IN (SELECT id FROM dict WHERE ${like('text', filter.value, name, values)})`]
    case 'status':
      values[`${name}f`] = filter.from
      values[`${name}t`] = filter.to
      return [OF_STATUS, `e.status BETWEEN :${name}f AND :${name}t`]
    case 'slower':
      values[name] = filter.durationMs
      return [`e.duration >= :${name}`]
    case 'after':
      values[name] = filter.timeMs * 1_000
      return [
        `e.time >= :${name}`,
        // Chunks know the times of their rows, and rows have no index of their times alone.
        `e.id >= (SELECT coalesce(min(row), ${Number.MAX_SAFE_INTEGER}) FROM chunk WHERE signal = 'logs' AND last >= :${name})`,
      ]
    case 'before':
      values[name] = filter.timeMs * 1_000
      return [
        `e.time < :${name}`,
        `e.id < (SELECT coalesce(max(row + rows), 0) FROM chunk WHERE signal = 'logs' AND first < :${name})`,
      ]
  }
}

/** Whether a column is the value, in which `*` stands for anything. */
export function like(column: string, value: string, name: string, values: Values): string {
  const isPattern = value.includes('*')
  values[name] = isPattern ? value.replace(/[[?]/g, '[$&]') : value
  return `${column} ${isPattern ? 'GLOB' : '='} :${name}`
}
