import type { SignalName } from '@codex/otlp-receiver'
import { type Chunk, compress, decompress, keepInChunk } from './chunk.ts'
import { HOUR_US, NO_SESSION } from './hours.ts'
import type { Database } from './open-database.ts'
import { Residue } from './residue.ts'
import { ROWS_OF, WORDS_OF } from './schema.ts'
import type { Steps } from './steps.ts'
import { StoreFacts } from './store-facts.ts'
import type { StoreWriter } from './store-writer.ts'

/** Chunks that one transaction changes, so that no request waits long for it. */
const CHUNKS_AT_ONCE = 32

interface ChunkRow extends Chunk {
  id: number
  row: number
  rows: number
  records: number
}

const GOING_TRACES = 'trace IN (SELECT id FROM trace WHERE session IN (SELECT id FROM temp.going))'
const GOING_SERIES = 'series IN (SELECT id FROM series WHERE session IN (SELECT id FROM temp.going))'

/** Rows of a chunk that go: those of sessions in `going`, and those of no session from before a time. */
const GOING: Readonly<Record<SignalName, string>> = {
  logs: '(session IN (SELECT id FROM temp.going) OR session IS NULL AND time < :before)',
  metrics: `(time < :before OR ${GOING_SERIES})`,
  traces: `(session IN (SELECT id FROM temp.going) OR session IS NULL AND
    (${GOING_TRACES} OR start < :before AND trace NOT IN (SELECT id FROM trace)))`,
}

/** The chunks with such rows, and others of the time. */
const CHUNKS = `SELECT chunk FROM event WHERE session IN (SELECT id FROM temp.going)
  UNION SELECT chunk FROM span WHERE session IN (SELECT id FROM temp.going)
  UNION SELECT chunk FROM span WHERE session IS NULL AND ${GOING_TRACES}
  UNION SELECT chunk FROM point WHERE ${GOING_SERIES}
  UNION SELECT id FROM chunk WHERE first < :before
  ORDER BY chunk`

/**
 * Removes records for good: their rows, their words in the index and themselves in the chunks.
 *
 * A session that goes has no name from the first step on: what its agent sends meanwhile begins a new one. Which sessions go is
 * written down, so that the next process ends what this one does not.
 */
export class Removal {
  private readonly db: Database
  private readonly writer: StoreWriter
  private readonly facts: StoreFacts
  private readonly residue: Residue

  constructor(db: Database, writer: StoreWriter) {
    this.db = db
    this.writer = writer
    this.facts = new StoreFacts(db)
    this.residue = new Residue(db, writer)
    db.exec('CREATE TEMP TABLE IF NOT EXISTS going (id INTEGER PRIMARY KEY)')
  }

  /**
   * Removes sessions with nothing as recent as a time, and what belongs to no session from before it.
   * @param before microseconds
   * @param dueMs when what is left of them in the index is to go; `tidy` removes it
   * @returns how many sessions
   */
  olderThan(before: number, dueMs: number): Steps<number> {
    return this.remove('SELECT id FROM session WHERE recent < ?', before, { before, dueMs })
  }

  session(key: string, dueMs: number): Steps<number> {
    return this.remove('SELECT id FROM session WHERE key = ?', key, { before: 0, dueMs })
  }

  /** Removes the oldest sessions until the file has at most so many bytes. The newest session stays. */
  *largerThan(bytes: number, dueMs: number): Steps<number> {
    let removed = 0
    while (this.size() > bytes) {
      // Every event counts alike: what is left over is removed in the next round.
      const sessions = this.db
        .prepare('SELECT recent, events + spans AS records FROM session ORDER BY recent')
        .all() as {
        recent: number
        records: number
      }[]
      const all = sessions.reduce((sum, { records }) => sum + records, 0)
      let surplus = all * (1 - (bytes * 0.9) / this.size())
      let before = 0
      for (const { recent, records } of sessions.slice(0, -1)) {
        if (surplus <= 0) break
        surplus -= records
        before = recent + 1
      }
      if (before === 0) break
      removed += yield* this.olderThan(before, dueMs)
    }
    return removed
  }

  /** Removes what is left of removed records in the index and among the words, if that is due. */
  tidy(nowMs: number): Steps<void> {
    return this.residue.remove(nowMs)
  }

  /** Bytes of the file that hold something. */
  private size(): number {
    const pragma = (name: string): number => Object.values(this.db.prepare(`PRAGMA ${name}`).get() ?? {})[0] as number
    return (pragma('page_count') - pragma('freelist_count')) * pragma('page_size')
  }

  private *remove(
    sessions: string,
    parameter: string | number,
    { before, dueMs }: { before: number; dueMs: number },
  ): Steps<number> {
    const count = this.takeNames(sessions, parameter)
    yield
    const chunks = this.db.prepare(CHUNKS).all({ before }) as { chunk: number }[]
    let rows = 0
    for (let from = 0; from < chunks.length; from += CHUNKS_AT_ONCE) {
      this.writer.transaction(() => {
        for (const { chunk } of chunks.slice(from, from + CHUNKS_AT_ONCE)) rows += this.removeFromChunk(chunk, before)
      })
      yield
    }
    this.writer.transaction(() => {
      this.removeSums(before, rows)
      if (rows > 0) this.residue.dueBy(dueMs)
    })
    this.writer.forget()
    if (count > 0 || rows > 0) this.residue.giveBackRoom()
    return count
  }

  /** The sessions that go, and those of a process that was ended before they were gone. */
  private takeNames(sessions: string, parameter: string | number): number {
    this.db.exec('DELETE FROM temp.going')
    const going = this.writer.transaction(() => {
      this.db.prepare(`INSERT INTO temp.going ${sessions}`).run(parameter)
      const { count } = this.db.prepare('SELECT count(*) AS count FROM temp.going').get() as { count: number }
      const left = this.facts.read('going')
      if (left !== undefined) {
        this.db.prepare('INSERT OR IGNORE INTO temp.going SELECT value FROM json_each(?)').run(String(left))
      }
      if (count > 0) {
        this.db.exec(`UPDATE session SET key = 'gone ' || hex(randomblob(16)), agent = NULL, title = NULL WHERE id IN temp.going;
          UPDATE series SET key = 'gone ' || hex(randomblob(16)) WHERE session IN temp.going`)
        const { ids } = this.db.prepare('SELECT json_group_array(id) AS ids FROM temp.going').get() as { ids: string }
        this.facts.write('going', ids)
        this.facts.countRemoval()
      }
      this.facts.keepNumbers()
      return count
    })
    this.writer.forget()
    return going
  }

  private removeSums(before: number, rows: number): void {
    // A trace of a session that stays, too, is its own from now on.
    this.db.exec(`CREATE TEMP TABLE orphan AS SELECT id FROM trace WHERE session IN temp.going;
      DELETE FROM trace WHERE session IN temp.going;
      INSERT OR IGNORE INTO trace SELECT trace, session FROM span
        WHERE trace IN (SELECT id FROM temp.orphan) AND session IS NOT NULL ORDER BY id;
      DROP TABLE temp.orphan;
      DELETE FROM hour WHERE session IN temp.going;
      DELETE FROM series WHERE NOT EXISTS (SELECT 1 FROM point WHERE point.series = series.id);
      DELETE FROM session WHERE id IN temp.going`)
    this.db.prepare('DELETE FROM request WHERE time < ?').run(before)
    // Of the hour that is cut, all is taken to be there still.
    this.db.prepare(`DELETE FROM hour WHERE session = ${NO_SESSION} AND (hour + 1) * ${HOUR_US} <= ?`).run(before)
    this.facts.remove('going')
    if (rows === 0) return
    // A file that is no longer here as a whole may be imported again.
    this.db.exec('DELETE FROM file')
    this.facts.countRemoval()
  }

  /** @returns how many rows went */
  private removeFromChunk(id: number, before: number): number {
    const chunk = this.db.prepare('SELECT * FROM chunk WHERE id = ?').get(id) as unknown as ChunkRow | undefined
    // Another process may remove, too.
    if (!chunk) return 0
    const table = ROWS_OF[chunk.signal]
    const words = WORDS_OF[chunk.signal]
    const rows = `id BETWEEN ${chunk.row} AND ${chunk.row + chunk.rows - 1} AND chunk = ${id}`
    const going = this.db
      .prepare(`SELECT id, place FROM ${table} WHERE ${rows} AND ${GOING[chunk.signal]}`)
      .all({ before }) as { id: number; place: number }[]
    if (going.length === 0) return 0
    if (words !== undefined) {
      const forget = this.db.prepare(`DELETE FROM ${words} WHERE rowid = ?`)
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
