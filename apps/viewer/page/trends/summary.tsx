import type { HoursRow } from '../../src/queries/hours.ts'
import type { TokensRow } from '../../src/queries/tokens.ts'
import type { Prices } from '../../src/web/contract.ts'
import { dollars, totalCost } from '../prices/cost.ts'
import { amount } from '../text/quantities.ts'
import { cacheRate, sum } from './tokens.ts'

/** The period in a few numbers. */
export function Summary(props: { tokens: readonly TokensRow[]; hours: readonly HoursRow[]; prices: Prices }) {
  const { tokens, hours } = props
  const requests = sum(hours, row => row.requests)
  const retries = sum(hours, row => row.retries)
  const rate = cacheRate(tokens)
  const cost = totalCost(
    props.prices.models,
    tokens.map(row => ({ counts: row, timeMs: row.hour_ms })),
  )
  const isUnknown = cost.unknown.length > 0
  const facts: [name: string, value: string, note?: string][] = [
    ['sessions', amount(sum(hours, row => row.sessions))],
    ['requests', amount(requests)],
    ['tokens in', amount(sum(tokens, row => row.input_tokens)), rate === null ? '' : `${percentOf(rate)} cached`],
    ['tokens out', amount(sum(tokens, row => row.output_tokens))],
    [
      'cost',
      cost.usd === 0 && isUnknown ? 'unknown' : `${isUnknown ? 'at least ' : ''}${dollars(cost.usd)}`,
      isUnknown ? `${cost.unknown.length} without a price` : '',
    ],
    ['errors', amount(sum(hours, row => row.errors))],
    ['retries', requests === 0 ? '-' : ((100 * retries) / requests).toFixed(1), 'per 100 requests'],
  ]
  return (
    <dl class="facts">
      {facts.map(([name, value, note]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            {value} {note ? <span class="muted">{note}</span> : null}
          </dd>
        </div>
      ))}
    </dl>
  )
}

export const percentOf = (rate: number): string => `${Math.round(100 * rate)} %`
