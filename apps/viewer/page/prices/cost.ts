import type { ModelPrice } from '../../src/web/contract.ts'

/** Tokens that were used at one time; what was cached or written to the cache is inside the input. */
export interface TokenCounts {
  model: string | null
  input_tokens: number
  cached_tokens: number
  cache_write_tokens: number
  output_tokens: number
}

/** Where the input of a response went, without anything twice. */
export interface TokenShares {
  fresh: number
  cached: number
  cacheWrite: number
  output: number
}

export function sharesOf(counts: TokenCounts): TokenShares {
  const cached = Math.min(counts.cached_tokens, counts.input_tokens)
  const cacheWrite = Math.min(counts.cache_write_tokens, counts.input_tokens - cached)
  return { fresh: counts.input_tokens - cached - cacheWrite, cached, cacheWrite, output: counts.output_tokens }
}

/**
 * The price of a model at a time: that of its own name before that of a beginning of it, the longest first, and of its prices
 * the newest that was valid by then. `undefined` is a price that is not known, which is not 0.
 */
export function priceOf(prices: readonly ModelPrice[], model: string | null, timeMs: number): ModelPrice | undefined {
  if (model === null) return undefined
  let best: ModelPrice | undefined
  for (const price of prices) {
    if (!names(price.model, model) || Date.parse(price.validFrom) > timeMs) continue
    if (!best || precedes(price, best)) best = price
  }
  return best
}

const names = (pattern: string, model: string): boolean =>
  pattern.endsWith('*') ? model.startsWith(pattern.slice(0, -1)) : model === pattern

function precedes(a: ModelPrice, b: ModelPrice): boolean {
  const [isBeginning, wasBeginning] = [a.model.endsWith('*'), b.model.endsWith('*')]
  if (isBeginning !== wasBeginning) return !isBeginning
  if (a.model.length !== b.model.length) return a.model.length > b.model.length
  return a.validFrom >= b.validFrom
}

/** What tokens cost in US dollars; `undefined` where the price is not known. */
export function costOf(prices: readonly ModelPrice[], counts: TokenCounts, timeMs: number): number | undefined {
  const price = priceOf(prices, counts.model, timeMs)
  if (!price) return undefined
  const { fresh, cached, cacheWrite, output } = sharesOf(counts)
  return (
    (fresh * price.input + cached * price.cached + cacheWrite * price.cacheWrite + output * price.output) / 1_000_000
  )
}

/** A sum of costs, and the models that have none in it. */
export interface TotalCost {
  /** US dollars, of the models with a price alone. */
  usd: number
  /** Models without a price, with the tokens that were used. */
  unknown: { model: string | null; tokens: number }[]
}

export function totalCost(
  prices: readonly ModelPrice[],
  rows: readonly { counts: TokenCounts; timeMs: number }[],
): TotalCost {
  let usd = 0
  const unknown = new Map<string | null, number>()
  for (const { counts, timeMs } of rows) {
    const cost = costOf(prices, counts, timeMs)
    const tokens = counts.input_tokens + counts.output_tokens
    if (cost !== undefined) usd += cost
    else if (tokens > 0) unknown.set(counts.model, (unknown.get(counts.model) ?? 0) + tokens)
  }
  return {
    usd,
    unknown: [...unknown].map(([model, tokens]) => ({ model, tokens })).sort((a, b) => b.tokens - a.tokens),
  }
}

/** `$0.05`, `$1,234`; below a cent with two digits that are not 0. */
export function dollars(usd: number | undefined): string {
  if (usd === undefined) return 'unknown'
  if (usd === 0) return '$0'
  if (usd < 0.01) return `$${usd.toPrecision(2)}`
  if (usd < 1_000) return `$${usd.toFixed(2)}`
  return `$${Math.round(usd).toLocaleString('en-US')}`
}

/** The same for an axis: `$0.5`, `$20`, `$5,000`. */
export const roundDollars = (usd: number): string => `$${Number(usd.toPrecision(2)).toLocaleString('en-US')}`
