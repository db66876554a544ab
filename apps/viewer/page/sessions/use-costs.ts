import { useEffect, useMemo } from 'preact/hooks'
import { useAnswer } from '../api/use-answer.ts'
import { dollars, type TotalCost, totalCost } from '../prices/cost.ts'
import { loadPrices, prices } from '../prices/own-prices.ts'

const NONE: ReadonlyMap<string, TotalCost> = new Map()

/** What the sessions with an event from a time on cost; asked for again with each version. */
export function useCosts(from: number, version: number): ReadonlyMap<string, TotalCost> {
  useEffect(() => {
    // Without a list the costs are unknown, as they are shown.
    loadPrices().catch(() => {})
  }, [])
  const { rows } = useAnswer('usage', { from }, version)
  const { models } = prices.value
  return useMemo(() => {
    if (!rows) return NONE
    const bySession = Map.groupBy(rows, ({ conversation_id }) => conversation_id)
    return new Map(
      [...bySession].map(([session, usage]) => [
        session,
        totalCost(
          models,
          usage.map(counts => ({ counts, timeMs: counts.hour_ms })),
        ),
      ]),
    )
  }, [rows, models])
}

/** A cost in which some models have no price is more than what is known of it. */
export function costText(cost: TotalCost | undefined): string {
  if (!cost || (cost.usd === 0 && cost.unknown.length > 0)) return 'unknown'
  if (cost.unknown.length > 0) return `> ${dollars(cost.usd)}`
  return cost.usd > 0 && cost.usd < 0.01 ? '< $0.01' : dollars(cost.usd)
}

export function sumOf(costs: readonly TotalCost[]): TotalCost {
  const unknown = new Map<string | null, number>()
  for (const cost of costs)
    for (const { model, tokens } of cost.unknown) unknown.set(model, (unknown.get(model) ?? 0) + tokens)
  return {
    usd: costs.reduce((sum, { usd }) => sum + usd, 0),
    unknown: [...unknown].map(([model, tokens]) => ({ model, tokens })),
  }
}
