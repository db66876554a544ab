import type { Database } from './open-database.ts'
import { WORDS_OF } from './schema.ts'
import type { Steps } from './steps.ts'
import { StoreFacts } from './store-facts.ts'
import type { StoreWriter } from './store-writer.ts'

/** Pages of the index that one step writes. */
const PAGES_AT_ONCE = 32
/** Rows that one step looks through for the words that are in use. */
const ROWS_AT_ONCE = 50_000

/** Columns with numbers of words. */
const WORDS = { event: 'name, kind, model, tool, source', span: 'name, kind, operation, model, tool, source' } as const

/**
 * What stays in the file when the rows of records are gone: their words in the indexes, which mark them as removed and no more,
 * and words that no other record has. To remove it costs as much as the whole index has, so that it is done for several at once
 * where nobody waits for it.
 */
export class Residue {
  private readonly db: Database
  private readonly writer: StoreWriter
  private readonly facts: StoreFacts
  private readonly merges
  private readonly totalChanges

  constructor(db: Database, writer: StoreWriter) {
    this.db = db
    this.writer = writer
    this.facts = new StoreFacts(db)
    this.merges = Object.values(WORDS_OF).map(index =>
      db.prepare(`INSERT INTO ${index} (${index}, rank) VALUES ('merge', ?)`),
    )
    this.totalChanges = db.prepare('SELECT total_changes() AS changes')
  }

  /** It is to be removed at this time, or earlier where that was said before. */
  dueBy(ms: number): void {
    const before = this.facts.read('residue')
    if (before === undefined || Number(before) > ms) this.facts.write('residue', ms)
  }

  /** Removes it, if it is due. */
  *remove(nowMs: number): Steps<void> {
    const due = this.facts.read('residue')
    if (due === undefined || Number(due) > nowMs) return
    for (const merge of this.merges) {
      // Below zero, all parts of the index become one, and what is removed in them goes; the next calls go on with that.
      for (let pages = -PAGES_AT_ONCE; ; pages = PAGES_AT_ONCE) {
        const before = this.changes()
        this.writer.transaction(() => void merge.run(pages))
        if (this.changes() - before < 2) break
        yield
      }
    }
    yield* this.removeWords()
    // While others read, the log has the removed pages still.
    if (this.giveBackRoom()) this.facts.remove('residue')
  }

  /**
   * Gives free pages back to the disk, and empties the log.
   * @returns whether that was possible
   */
  giveBackRoom(): boolean {
    this.db.exec('PRAGMA incremental_vacuum')
    const { busy } = this.db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get() as { busy: number }
    return busy === 0
  }

  private *removeWords(): Steps<void> {
    const used = new Set<unknown>([0])
    const tables = (['event', 'span'] as const).map(table => {
      const find = this.db.prepare(`SELECT DISTINCT ${WORDS[table]} FROM ${table} WHERE id BETWEEN ? AND ?`)
      find.setReturnArrays(true)
      return { table, find, from: 1 }
    })
    const use = (entry: (typeof tables)[number], to: number): void => {
      for (const row of entry.find.all(entry.from, to) as unknown as unknown[][]) for (const word of row) used.add(word)
      entry.from = to + 1
    }
    for (const entry of tables) {
      while (entry.from + ROWS_AT_ONCE < this.facts.next(entry.table)) {
        use(entry, entry.from + ROWS_AT_ONCE - 1)
        yield
      }
    }
    this.writer.transaction(() => {
      // The rows that came meanwhile are the last ones.
      for (const entry of tables) use(entry, this.facts.next(entry.table))
      for (const { model } of this.db.prepare('SELECT DISTINCT model FROM hour').all()) used.add(model)
      const remove = this.db.prepare('DELETE FROM dict WHERE id = ?')
      for (const { id } of this.db.prepare('SELECT id FROM dict').all()) if (!used.has(id)) remove.run(id as number)
    })
    this.writer.forget()
  }

  private changes(): number {
    return (this.totalChanges.get() as { changes: number }).changes
  }
}
