import { readLog } from '../agents/read-log.ts'
import { readSpan } from '../agents/read-span.ts'
import { readSpanTexts } from '../agents/read-span-texts.ts'
import { matchOf, parseSearch } from '../queries/parse-search.ts'
import { type SearchChoice, type SearchRow, searchSql } from '../queries/search.ts'
import { searchSpansSql } from '../queries/search-spans.ts'
import { hitsOf, snippetOf } from '../queries/snippet.ts'
import type { Database } from './open-database.ts'
import { recordsAt } from './records-at.ts'

type Facts = ReturnType<typeof readLog>['facts']
type Row = Omit<SearchRow, 'field' | 'parts'>

/**
 * Events, and spans of sessions without events, with the words in their prompt, arguments, output or error, and with what the
 * filters say; the newest first.
 * @throws RangeError
 */
export function searchRecords(db: Database, { words, limit }: SearchChoice): SearchRow[] {
  const parsed = parseSearch(words)
  const match = matchOf(parsed)
  if (match === '' && parsed.filters.length === 0) return []
  const hits = hitsOf(parsed.terms)
  const found = (search: ReturnType<typeof searchSpansSql>, rows: string): Row[] => {
    if (search === undefined) return []
    const ids = (db.prepare(search.sql).all({ ...search.values, limit }) as { id: number }[]).map(({ id }) => id)
    return db.prepare(rows).all(JSON.stringify(ids)) as unknown as Row[]
  }
  const events = found(searchSql(parsed, match), EVENTS)
  const spans = found(searchSpansSql(parsed, match), SPANS)
  const newest = [...events, ...spans].sort((a, b) => b.time_ms - a.time_ms || b.event_id - a.event_id).slice(0, limit)
  const ids = newest.map(({ event_id }) => event_id)
  const logs = recordsAt(
    db,
    'logs',
    ids.filter(id => id > 0),
  )
  const traces = recordsAt(
    db,
    'traces',
    ids.filter(id => id < 0).map(id => -id),
  )
  const factsOf = ({ event_id }: Row): Facts | undefined => {
    const [log, span] = [logs.get(event_id), traces.get(-event_id)]
    return log ? readLog(log).facts : span && { ...readSpanTexts(span), error: readSpan(span).error }
  }
  return newest.map(row => {
    const facts = factsOf(row)
    return { ...row, ...(facts ? snippetIn(facts, hits) : NO_TEXT) }
  })
}

const COLUMNS = `event_id, time_ms, conversation_id, (SELECT title FROM session WHERE key = conversation_id) AS title, event_name,
  role, event_kind, model, tool_name, status, success, duration_ms, decision, error_message, declined`
const EVENTS = `SELECT ${COLUMNS}, NULL AS trace_id, NULL AS span_id FROM codex_events WHERE event_id IN (SELECT value FROM json_each(?))`
const SPANS = `SELECT ${COLUMNS}, trace_id, span_id FROM span_events WHERE span_row IN (SELECT value FROM json_each(?))`

const NO_TEXT = { field: null, parts: [] }

const FIELDS = [
  ['prompt', 'prompt'],
  ['error', 'error'],
  ['arguments', 'arguments'],
  ['output', 'result'],
] as const

function snippetIn(facts: Facts, hits: RegExp | undefined): Pick<SearchRow, 'field' | 'parts'> {
  for (const [field, fact] of FIELDS) {
    const text = facts[fact]
    const parts = text === undefined ? undefined : snippetOf(text, hits)
    if (parts) return { field, parts }
  }
  return NO_TEXT
}
