import type { Scope } from '../../src/queries/dialect.ts'

const HOUR = 3_600_000

export const PERIODS = [
  { key: '24h', name: '24 h', words: 'the last 24 hours', hours: 24 },
  { key: '7d', name: '7 d', words: 'the last 7 days', hours: 7 * 24 },
  { key: '30d', name: '30 d', words: 'the last 30 days', hours: 30 * 24 },
  { key: 'all', name: 'all', words: 'the whole store', hours: Number.POSITIVE_INFINITY },
] as const

export type PeriodKey = (typeof PERIODS)[number]['key']

const DEFAULT: PeriodKey = '7d'

/** What the address asks for: `?from=7d&model=…&agent=…`. */
export interface TrendsQuery {
  period: (typeof PERIODS)[number]
  scope: Scope
}

export function readQuery(query: URLSearchParams, nowMs: number): TrendsQuery {
  const period = PERIODS.find(({ key }) => key === (query.get('from') ?? DEFAULT)) ?? PERIODS[1]
  // Full hours, so that the question stays the same one for an hour.
  const to = (Math.floor(nowMs / HOUR) + 1) * HOUR
  const from = Number.isFinite(period.hours) ? to - period.hours * HOUR : 0
  return { period, scope: { from, to, model: query.get('model') ?? '', agent: query.get('agent') ?? '' } }
}
