import type { SignalName } from '@codex/otlp-receiver'
import { type Chunk, compress, decompress, keepInChunk } from './chunk.ts'
import type { Database } from './open-database.ts'

/** Chunks that one transaction changes, so that no request waits long for it. */
const CHUNKS_AT_ONCE = 32

interface ChunkRow extends Chunk {
  id: number
  row: number
  rows: number
  records: number
}

/** Rows of a chunk that go: those of sessions in `going`, and those of no session from before a time. */
const GOING: Record<SignalName, { table: string; where: string }> = {
  logs: { table: 'event', where: '(session IN (SELECT id FROM temp.going) OR session IS NULL AND time < :before)' },
  metrics: {
    table: 'point',
    where: `(time < :before OR series IN (SELECT id FROM series WHERE session IN (SELECT id FROM temp.going)))`,
  },
  traces: {
    table: 'span',
    where: `(session IN (SELECT id FROM temp.going) OR session IS NULL AND
      (trace IN (SELECT id FROM trace WHERE session IN (SELECT id FROM temp.going)) OR
       start < :before AND trace NOT IN (SELECT id FROM trace)))`,
  },
}

/** Removes records for good: their rows, their words in the index and themselves in the chunks. */
export class Removal {
  private readonly db: Database
  private readonly transaction: <T>(change: () => T) => T

  constructor(db: Database, transaction: <T>(change: () => T) => T) {
    this.db = db
    this.transaction = transaction
    db.exec('CREATE TEMP TABLE IF NOT EXISTS going (id INTEGER PRIMARY KEY)')
  }

  /**
   * Removes sessions whose last event is before a time, and what belongs to no session from before it.
   * @param before microseconds
   * @returns how many sessions
   */
  olderThan(before: number): number {
    return this.remove('SELECT id FROM session WHERE last < ?', before, before)
  }

  session(key: string): number {
    return this.remove('SELECT id FROM session WHERE key = ?', key, 0)
  }

  /** Removes the oldest sessions until the file has at most so many bytes. The newest session stays. */
  largerThan(bytes: number): number {
    let removed = 0
    while (this.size() > bytes) {
      // Every event counts alike: what is left over is removed in the next round.
      const sessions = this.db.prepare('SELECT last, events + spans AS records FROM session ORDER BY last').all() as {
        last: number
        records: number
      }[]
      const all = sessions.reduce((sum, { records }) => sum + records, 0)
      let surplus = all * (1 - (bytes * 0.9) / this.size())
      let before = 0
      for (const { last, records } of sessions.slice(0, -1)) {
        if (surplus <= 0) break
        surplus -= records
        before = last + 1
      }
      if (before === 0) break
      removed += this.olderThan(before)
    }
    return removed
  }

  /** Bytes of the file that hold something. */
  size(): number {
    const pragma = (name: string): number => Object.values(this.db.prepare(`PRAGMA ${name}`).get() ?? {})[0] as number
    return (pragma('page_count') - pragma('freelist_count')) * pragma('page_size')
  }

  private remove(sessions: string, parameter: string | number, before: number): number {
    this.db.exec('DELETE FROM temp.going')
    this.db.prepare(`INSERT INTO temp.going ${sessions}`).run(parameter)
    const { count } = this.db.prepare('SELECT count(*) AS count FROM temp.going').get() as { count: number }
    const { first, last } = this.db
      .prepare('SELECT min(first) AS first, max(last) AS last FROM session WHERE id IN (SELECT id FROM temp.going)')
      .get() as { first: number | null; last: number | null }
    const chunks = this.db
      .prepare('SELECT id FROM chunk WHERE first < :before OR (first <= :last AND last >= :first) ORDER BY id')
      .all({ before, first: first ?? 0, last: last ?? -1 }) as { id: number }[]
    let rows = 0
    for (let from = 0; from < chunks.length; from += CHUNKS_AT_ONCE) {
      this.transaction(() => {
        for (const { id } of chunks.slice(from, from + CHUNKS_AT_ONCE)) rows += this.removeFromChunk(id, before)
      })
    }
    this.transaction(() => {
      this.db.exec(`DELETE FROM trace WHERE session IN (SELECT id FROM temp.going);
        DELETE FROM hour WHERE session IN (SELECT id FROM temp.going);
        DELETE FROM series WHERE NOT EXISTS (SELECT 1 FROM point WHERE point.series = series.id);
        DELETE FROM session WHERE id IN (SELECT id FROM temp.going)`)
      // A file that is no longer here as a whole may be imported again.
      if (rows > 0) this.db.exec('DELETE FROM file')
      this.db.prepare('DELETE FROM request WHERE time < ?').run(before)
    })
    this.db.exec('PRAGMA incremental_vacuum; PRAGMA wal_checkpoint(TRUNCATE)')
    return count
  }

  /** @returns how many rows went */
  private removeFromChunk(id: number, before: number): number {
    const chunk = this.db.prepare('SELECT * FROM chunk WHERE id = ?').get(id) as unknown as ChunkRow
    const { table, where } = GOING[chunk.signal]
    const rows = `id BETWEEN ${chunk.row} AND ${chunk.row + chunk.rows - 1} AND chunk = ${id}`
    const going = this.db
      .prepare(`SELECT id, place FROM ${table} WHERE ${rows} AND ${where}`)
      .all(where.includes(':before') ? { before } : {}) as { id: number; place: number }[]
    if (going.length === 0) return 0
    if (table === 'event') {
      const forget = this.db.prepare('DELETE FROM content WHERE rowid = ?')
      for (const row of going) forget.run(row.id)
    }
    const places = new Set(going.map(({ place }) => place))
    const kept = keepInChunk({ ...chunk, body: decompress(chunk.body) }, place => !places.has(place))
    const removeRow = this.db.prepare(`DELETE FROM ${table} WHERE id = ?`)
    for (const row of going) removeRow.run(row.id)
    if (kept === undefined) {
      this.db.prepare('DELETE FROM chunk WHERE id = ?').run(id)
      return going.length
    }
    // The rows that stay move up in the chunk.
    const left = this.db.prepare(`SELECT id FROM ${table} WHERE ${rows} ORDER BY place`).all() as { id: number }[]
    const move = this.db.prepare(`UPDATE ${table} SET place = ? WHERE id = ?`)
    left.forEach((row, place) => void move.run(place, row.id))
    this.db
      .prepare('UPDATE chunk SET body = ?, bytes = ?, records = ? WHERE id = ?')
      .run(compress(kept.body), kept.body.length, left.length, id)
    return going.length
  }
}
