import { foldDigits } from '../queries/error-groups.ts'
import { quantiles } from '../queries/quantiles.ts'
import type { Database } from './open-database.ts'

/** Gives SQLite the functions that questions ask with. */
export function addFunctions(db: Database): void {
  db.function('fold_digits', { deterministic: true }, text => (typeof text === 'string' ? foldDigits(text) : null))
  db.aggregate('quantiles', { ...quantiles, deterministic: true } as never)
}
