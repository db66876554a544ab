import type { RecordOf, SignalName } from '@codex/otlp-receiver'
import { type Chunk, decompress, keepInChunk, recordsOf } from './chunk.ts'
import type { Database } from './open-database.ts'
import { ROWS_OF } from './schema.ts'

/** The records of rows, by the ids of these. Each chunk is opened once, and no other record of it is decoded. */
export function recordsAt<S extends SignalName>(
  db: Database,
  signal: S,
  ids: readonly number[],
): Map<number, RecordOf<S>> {
  const rows = db
    .prepare(
      `SELECT id, chunk, place FROM ${ROWS_OF[signal]} WHERE id IN (SELECT value FROM json_each(?)) ORDER BY chunk, place`,
    )
    .all(JSON.stringify(ids)) as { id: number; chunk: number; place: number }[]
  const readChunk = db.prepare('SELECT signal, encoding, body FROM chunk WHERE id = ?')
  const found = new Map<number, RecordOf<S>>()
  const byChunk = new Map<number, typeof rows>()
  for (const row of rows) byChunk.set(row.chunk, [...(byChunk.get(row.chunk) ?? []), row])
  for (const [id, own] of byChunk) {
    const chunk = readChunk.get(id) as unknown as Chunk & { signal: S }
    const places = new Set(own.map(({ place }) => place))
    const kept = keepInChunk({ ...chunk, body: decompress(chunk.body) }, place => places.has(place))
    if (!kept) continue
    const records = recordsOf({ ...kept, signal })
    own.forEach((row, index) => {
      const record = records[index]
      if (record) found.set(row.id, record)
    })
  }
  return found
}
