import { readLog } from '../agents/read-log.ts'
import { matchOf, parseSearch } from '../queries/parse-search.ts'
import { type SearchChoice, type SearchRow, searchSql } from '../queries/search.ts'
import { hitsOf, snippetOf } from '../queries/snippet.ts'
import type { Database } from './open-database.ts'
import { recordsAt } from './records-at.ts'

/**
 * Events with the words in their prompt, arguments, output or error, and with what the filters say; the newest first.
 * @throws RangeError
 */
export function searchRecords(db: Database, { words, limit }: SearchChoice): SearchRow[] {
  const parsed = parseSearch(words)
  const match = matchOf(parsed)
  if (match === '' && parsed.filters.length === 0) return []
  const { sql, values } = searchSql(parsed, match)
  const ids = (db.prepare(sql).all({ ...values, limit }) as { id: number }[]).map(({ id }) => id)
  const rows = db.prepare(ROWS).all(JSON.stringify(ids)) as unknown as Omit<SearchRow, 'field' | 'parts'>[]
  const records = recordsAt(db, 'logs', ids)
  const hits = hitsOf(parsed.terms)
  return rows.map(row => {
    const record = records.get(row.event_id)
    return { ...row, ...(record ? snippetIn(readLog(record).facts, hits) : NO_TEXT) }
  })
}

const ROWS = `SELECT event_id, time_ms, conversation_id, (SELECT title FROM session WHERE key = conversation_id) AS title, event_name,
  role, event_kind, model, tool_name, status, success, duration_ms, decision, error_message, declined
FROM codex_events WHERE event_id IN (SELECT value FROM json_each(?)) ORDER BY time_ms DESC, event_id DESC`

const NO_TEXT = { field: null, parts: [] }

const FIELDS = [
  ['prompt', 'prompt'],
  ['error', 'error'],
  ['arguments', 'arguments'],
  ['output', 'result'],
] as const

function snippetIn(
  facts: ReturnType<typeof readLog>['facts'],
  hits: RegExp | undefined,
): Pick<SearchRow, 'field' | 'parts'> {
  for (const [field, fact] of FIELDS) {
    const text = facts[fact]
    const parts = text === undefined ? undefined : snippetOf(text, hits)
    if (parts) return { field, parts }
  }
  return NO_TEXT
}
