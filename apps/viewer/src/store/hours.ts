import type { Database } from './open-database.ts'

export const HOUR_US = 3_600_000_000

/** In place of a session's number, of records without one. */
export const NO_SESSION = 0

/** What one record adds to its hour. */
export interface HourSums {
  events?: number
  requests?: number
  retries?: number
  /** Those that say how many tokens they took. */
  responses?: number
  tools?: number
  errors?: number
  input?: number
  output?: number
  cached?: number
  cache_write?: number
  reasoning?: number
}

const SUMS = [
  'events',
  'requests',
  'retries',
  'responses',
  'tools',
  'errors',
  'input',
  'output',
  'cached',
  'cache_write',
  'reasoning',
] as const

/** Adds up the hours of each session and model while records are written. */
export class Hours {
  private readonly pending = new Map<string, { hour: number; session: number; model: number; sums: number[] }>()
  private readonly upsert

  constructor(db: Database) {
    this.upsert = db.prepare(
      `INSERT INTO hour (hour, session, model, ${SUMS.join(', ')}) VALUES (?, ?, ?${', ?'.repeat(SUMS.length)})
       ON CONFLICT DO UPDATE SET ${SUMS.map(name => `${name} = ${name} + excluded.${name}`).join(', ')}`,
    )
  }

  /** @param model its number, 0 for none */
  add(time: number, session: number, model: number, sums: HourSums): void {
    const hour = Math.floor(time / HOUR_US)
    const key = `${hour} ${session} ${model}`
    let entry = this.pending.get(key)
    if (!entry) {
      entry = { hour, session, model, sums: SUMS.map(() => 0) }
      this.pending.set(key, entry)
    }
    for (let index = 0; index < SUMS.length; index++) {
      entry.sums[index] = (entry.sums[index] ?? 0) + (sums[SUMS[index] as keyof HourSums] ?? 0)
    }
  }

  /** Writes what was added; at the end of a transaction. */
  write(): void {
    for (const { hour, session, model, sums } of this.pending.values()) this.upsert.run(hour, session, model, ...sums)
    this.pending.clear()
  }

  forget(): void {
    this.pending.clear()
  }
}
