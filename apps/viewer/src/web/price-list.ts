import type { ModelPrice, Prices } from './contract.ts'

type Row = readonly [
  model: string,
  input: number,
  cached: number,
  cacheWrite: number,
  output: number,
  validFrom?: string,
]

/** The first price of a model is good for all that it was ever asked. */
const FIRST = '2025-01-01'

const OPENAI = 'https://developers.openai.com/api/docs/pricing'
const ANTHROPIC = 'https://platform.claude.com/docs/en/about-claude/pricing'

const OPENAI_ROWS: readonly Row[] = [
  ['gpt-5', 1.25, 0.125, 1.25, 10],
  ['gpt-5-codex', 1.25, 0.125, 1.25, 10],
  ['gpt-5-mini', 0.25, 0.025, 0.25, 2],
  ['gpt-5.1', 1.25, 0.125, 1.25, 10],
  ['gpt-5.1-codex', 1.25, 0.125, 1.25, 10],
  ['gpt-5.1-codex-max', 1.25, 0.125, 1.25, 10],
  ['gpt-5.1-codex-mini', 0.25, 0.025, 0.25, 2],
  ['gpt-5.2', 1.75, 0.175, 1.75, 14],
  ['gpt-5.2-codex', 1.75, 0.175, 1.75, 14],
  ['gpt-5.3-codex', 1.75, 0.175, 1.75, 14],
  ['gpt-5.4', 2.5, 0.25, 2.5, 15],
  ['gpt-5.4-mini', 0.75, 0.075, 0.75, 4.5],
  ['gpt-5.4-nano', 0.2, 0.02, 0.2, 1.25],
  ['gpt-5.5', 5, 0.5, 5, 30],
  ['gpt-6.1-sol', 2, 0.1, 2, 10],
]

/** Anthropic's names go on with a date. A write is one for five minutes. */
const ANTHROPIC_ROWS: readonly Row[] = [
  ['claude-opus-4-1*', 15, 1.5, 18.75, 75],
  ['claude-opus-4-2025*', 15, 1.5, 18.75, 75],
  ['claude-opus-4-5*', 5, 0.5, 6.25, 25],
  ['claude-opus-4-6*', 5, 0.5, 6.25, 25],
  ['claude-opus-4-7*', 5, 0.5, 6.25, 25],
  ['claude-opus-4-8*', 5, 0.5, 6.25, 25],
  ['claude-opus-5', 5, 0.5, 6.25, 25],
  ['claude-sonnet-4*', 3, 0.3, 3.75, 15],
  ['claude-sonnet-5', 2, 0.2, 2.5, 10],
  ['claude-sonnet-5-5*', 2, 0.2, 2.5, 10],
  ['claude-sonnet-5-5*', 2, 0.1, 2.5, 10, '2026-10-07'],
  ['claude-haiku-4-5*', 1, 0.1, 1.25, 5],
  ['claude-fable-5-1*', 10, 0.25, 12.5, 50],
]

const pricesFrom = (rows: readonly Row[], source: string): ModelPrice[] =>
  rows.map(([model, input, cached, cacheWrite, output, validFrom = FIRST]) => ({
    model,
    validFrom,
    input,
    cached,
    cacheWrite,
    output,
    source,
  }))

/**
 * Standard prices as the providers list them. A model whose price hangs on the length of its prompt is left out: sums do not say
 * how long each prompt was. Nothing here knows of batches, of priority or of a contract.
 */
export const PRICE_LIST: Prices = {
  date: '2026-11-06',
  models: [...pricesFrom(OPENAI_ROWS, OPENAI), ...pricesFrom(ANTHROPIC_ROWS, ANTHROPIC)],
}
