import { describe, expect, it } from 'vitest'
import type { ModelPrice } from '../../src/web/contract.ts'
import { PRICE_LIST } from '../../src/web/price-list.ts'
import { costOf, dollars, priceOf, roundDollars, sharesOf, totalCost } from './cost.ts'

const price = (model: string, input: number, validFrom = '2025-01-01'): ModelPrice => ({
  model,
  validFrom,
  input,
  cached: input / 10,
  cacheWrite: input * 1.25,
  output: input * 8,
  source: 'https://example.com/prices',
})
const counts = (model: string | null, input: number, cached = 0, written = 0, output = 0) => ({
  model,
  input_tokens: input,
  cached_tokens: cached,
  cache_write_tokens: written,
  output_tokens: output,
})
const NOW = Date.UTC(2026, 10, 1)

describe('the price of a model', () => {
  it('is that of its own name, then of the longest beginning of it', () => {
    const prices = [price('gpt-5*', 3), price('gpt-5', 1), price('gpt-5.1*', 2)]
    expect(priceOf(prices, 'gpt-5', NOW)?.input).toBe(1)
    expect(priceOf(prices, 'gpt-5.1-codex', NOW)?.input).toBe(2)
    expect(priceOf(prices, 'gpt-5-mini', NOW)?.input).toBe(3)
    expect(priceOf(prices, 'o3', NOW)).toBeUndefined()
    expect(priceOf(prices, null, NOW)).toBeUndefined()
  })

  it('is the newest that was valid at the time', () => {
    const prices = [price('m', 2, '2026-06-01'), price('m', 1, '2026-01-01'), price('m', 9, '2027-01-01')]
    expect(priceOf(prices, 'm', Date.UTC(2025, 11, 31))).toBeUndefined()
    expect(priceOf(prices, 'm', Date.UTC(2026, 0, 1))?.input).toBe(1)
    expect(priceOf(prices, 'm', Date.UTC(2026, 5, 1))?.input).toBe(2)
  })
})

it('what was cached and what was written to the cache is inside the input, and paid once', () => {
  expect(sharesOf(counts('m', 100, 60, 10, 5))).toEqual({ fresh: 30, cached: 60, cacheWrite: 10, output: 5 })
  expect(sharesOf(counts('m', 100, 150, 10, 5))).toEqual({ fresh: 0, cached: 100, cacheWrite: 0, output: 5 })
  expect(costOf([price('m', 2)], counts('m', 1_000_000, 500_000, 100_000, 10_000), NOW)).toBeCloseTo(
    0.4 * 2 + 0.5 * 0.2 + 0.1 * 2.5 + 0.01 * 16,
    10,
  )
})

it('a model without a price is unknown and named, and its tokens are not free', () => {
  expect(costOf([price('m', 2)], counts('other', 1_000), NOW)).toBeUndefined()
  const rows = [
    counts('m', 1_000_000),
    counts('other', 10),
    counts('other', 20, 0, 0, 5),
    counts(null, 1),
    counts('idle', 0),
  ]
  expect(
    totalCost(
      [price('m', 2)],
      rows.map(row => ({ counts: row, timeMs: NOW })),
    ),
  ).toEqual({
    usd: 2,
    unknown: [
      { model: 'other', tokens: 35 },
      { model: null, tokens: 1 },
    ],
  })
})

it('dollars have the digits that are read', () => {
  expect([undefined, 0, 0.000123, 0.0567, 12.345, 1_234.5].map(dollars)).toEqual([
    'unknown',
    '$0',
    '$0.00012',
    '$0.06',
    '$12.35',
    '$1,235',
  ])
})

it('dollars of an axis have no more digits than it needs', () => {
  expect([0, 0.5, 20, 5_000].map(roundDollars)).toEqual(['$0', '$0.5', '$20', '$5,000'])
})

it('the list has models of Codex and of Claude Code, and a price that changed has each of its days', () => {
  expect(costOf(PRICE_LIST.models, counts('gpt-5.1-codex', 1_000_000, 800_000, 0, 10_000), NOW)).toBeCloseTo(0.45, 10)
  expect(priceOf(PRICE_LIST.models, 'claude-sonnet-4-5-20250929', NOW)?.output).toBe(15)
  expect(priceOf(PRICE_LIST.models, 'claude-sonnet-5-5', Date.UTC(2026, 9, 6))?.cached).toBe(0.2)
  expect(priceOf(PRICE_LIST.models, 'claude-sonnet-5-5', Date.UTC(2026, 9, 7))?.cached).toBe(0.1)
  // Its price hangs on the length of the prompt.
  expect(priceOf(PRICE_LIST.models, 'claude-haiku-5-5', NOW)).toBeUndefined()
})
