import type { Database } from './open-database.ts'

/** Tables whose numbers are given once: a page remembers rows by them. */
const NUMBERED = ['chunk', 'event', 'point', 'span'] as const
type Numbered = (typeof NUMBERED)[number]

type Fact = 'removals' | 'going' | 'residue' | `next ${Numbered}`

/** What a store knows of itself. */
export class StoreFacts {
  private readonly find
  private readonly upsert
  private readonly drop
  private readonly highest: Readonly<Record<Numbered, ReturnType<Database['prepare']>>>

  constructor(db: Database) {
    this.find = db.prepare('SELECT value FROM meta WHERE key = ?')
    this.upsert = db.prepare('INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value')
    this.drop = db.prepare('DELETE FROM meta WHERE key = ?')
    const statements = NUMBERED.map(table => [table, db.prepare(`SELECT max(id) AS highest FROM ${table}`)] as const)
    this.highest = Object.fromEntries(statements) as typeof this.highest
  }

  read(fact: Fact): string | number | undefined {
    return (this.find.get(fact) as { value: string | number } | undefined)?.value
  }

  write(fact: Fact, value: string | number): void {
    this.upsert.run(fact, value)
  }

  remove(fact: Fact): void {
    this.drop.run(fact)
  }

  /** How often sessions were removed: whoever has shown some of them looks again when it changes. */
  countRemoval(): void {
    this.write('removals', Number(this.read('removals') ?? 0) + 1)
  }

  /** The number of the next row of a table. */
  next(table: Numbered): number {
    const { highest } = this.highest[table].get() as { highest: number | null }
    return Math.max((highest ?? 0) + 1, Number(this.read(`next ${table}`) ?? 1))
  }

  /** Before rows go: their numbers are not given again. */
  keepNumbers(): void {
    for (const table of NUMBERED) this.write(`next ${table}`, this.next(table))
  }
}
