import type { Database } from './open-database.ts'

/** How many words are remembered; the file has all of them. */
const REMEMBERED = 10_000

/** The numbers of words that repeat. */
export class Dictionary {
  private readonly numbers = new Map<string, number>()
  private readonly find
  private readonly add

  constructor(db: Database) {
    this.find = db.prepare('SELECT id FROM dict WHERE text = ?')
    this.add = db.prepare('INSERT INTO dict (text) VALUES (?)')
  }

  numberOf(word: string): number {
    const known = this.numbers.get(word)
    if (known !== undefined) return known
    const found = this.find.get(word) as { id: number } | undefined
    const number = found?.id ?? Number(this.add.run(word).lastInsertRowid)
    if (this.numbers.size >= REMEMBERED) this.numbers.clear()
    this.numbers.set(word, number)
    return number
  }

  /** After a transaction that was taken back, numbers may belong to no word. */
  forget(): void {
    this.numbers.clear()
  }
}
