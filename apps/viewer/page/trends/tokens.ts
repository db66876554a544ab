import type { TokensRow } from '../../src/queries/tokens.ts'
import { type Bucket, sumInBuckets } from '../charts/buckets.ts'
import { sharesOf, type TokenShares } from '../prices/cost.ts'

/** Where the tokens of each piece of time went, nothing of them twice. */
export function tokensByBucket(
  rows: readonly TokensRow[],
  buckets: readonly Bucket[],
): Record<keyof TokenShares, number[]> {
  const sumOf = (share: keyof TokenShares): number[] =>
    sumInBuckets(
      buckets,
      rows,
      ({ hour_ms }) => hour_ms,
      row => sharesOf(row)[share],
    )
  return { fresh: sumOf('fresh'), cached: sumOf('cached'), cacheWrite: sumOf('cacheWrite'), output: sumOf('output') }
}

/** How much of the input came from the cache, 0 to 1; `null` without input. */
export function cacheRate(rows: readonly TokensRow[]): number | null {
  const input = sum(rows, ({ input_tokens }) => input_tokens)
  return input === 0 ? null : sum(rows, ({ cached_tokens }) => cached_tokens) / input
}

export const sum = <T>(rows: readonly T[], of: (row: T) => number): number =>
  rows.reduce((total, row) => total + of(row), 0)
