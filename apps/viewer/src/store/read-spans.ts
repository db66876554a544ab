import { isDeclined } from '../queries/declined.ts'
import { declinedCalls, NOT_RUN, type SpansRow, type SpanTuple, spans } from '../queries/spans.ts'
import type { Database } from './open-database.ts'

/** The columns that are words. */
const WORDS = [3, 4, 8, 9, 10, 14]
const STATUS = 7
const DECLINED_BY = 14
const FAILED = 2

/** The spans of a trace, each word of them once. */
export function readSpans(db: Database, trace: string): SpansRow[] {
  const statement = db.prepare(spans)
  statement.setReturnArrays(true)
  const rows = statement.all({ trace }) as unknown as (string | number | null)[][]
  const declined = new Map(
    (db.prepare(declinedCalls).all({ trace }) as { call: string | null; source: number | null }[]).map(
      ({ call, source }) => [call, source],
    ),
  )
  const findWord = db.prepare('SELECT text FROM dict WHERE id = ?')
  const places = new Map<number, number>()
  const words: string[] = []
  for (const row of rows) {
    const [call, decision] = row.splice(DECLINED_BY + 1) as (string | null)[]
    if (row[STATUS] === FAILED && ((call && declined.has(call)) || isDeclined(decision ?? undefined))) {
      row[STATUS] = NOT_RUN
      row[DECLINED_BY] = declined.get(call ?? null) ?? null
    }
    for (const column of WORDS) {
      const number = row[column]
      if (typeof number !== 'number') {
        row[column] = -1
        continue
      }
      let place = places.get(number)
      if (place === undefined) {
        place = words.push((findWord.get(number) as { text: string }).text) - 1
        places.set(number, place)
      }
      row[column] = place
    }
  }
  return rows.length === 0 ? [] : [{ words, spans: rows as unknown as SpanTuple[] }]
}
