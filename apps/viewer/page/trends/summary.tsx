import type { Scope } from '../../src/queries/dialect.ts'
import type { HoursRow } from '../../src/queries/hours.ts'
import type { TokensRow } from '../../src/queries/tokens.ts'
import type { Prices } from '../../src/web/contract.ts'
import { dollars, totalCost } from '../prices/cost.ts'
import { amount } from '../text/quantities.ts'
import { inScope, searchPath } from './links.ts'
import { cacheRate, sum } from './tokens.ts'

interface SummaryProps {
  scope: Scope
  tokens: readonly TokensRow[]
  hours: readonly HoursRow[]
  prices: Prices
}

/** The period in a few numbers, each with a link to what is behind it. */
export function Summary(props: SummaryProps) {
  const { tokens, hours } = props
  const own = inScope(props.scope)
  const requests = sum(hours, row => row.requests)
  const retries = sum(hours, row => row.retries)
  const rate = cacheRate(tokens)
  const cost = totalCost(
    props.prices.models,
    tokens.map(row => ({ counts: row, timeMs: row.hour_ms })),
  )
  const isUnknown = cost.unknown.length > 0
  const facts: { name: string; value: string; words?: string; note?: string }[] = [
    { name: 'sessions', value: amount(sum(hours, row => row.sessions)) },
    { name: 'requests', value: amount(requests), words: 'is:request' },
    {
      ...{ name: 'tokens in', value: amount(sum(tokens, row => row.input_tokens)), words: 'is:response' },
      note: rate === null ? '' : `${percentOf(rate)} cached`,
    },
    { name: 'tokens out', value: amount(sum(tokens, row => row.output_tokens)), words: 'is:response' },
    {
      name: 'cost',
      value: cost.usd === 0 && isUnknown ? 'unknown' : `${isUnknown ? 'at least ' : ''}${dollars(cost.usd)}`,
      note: isUnknown ? `${cost.unknown.length} without a price` : '',
    },
    { name: 'errors', value: amount(sum(hours, row => row.errors)), words: 'is:error' },
    {
      ...{ name: 'retries', value: requests === 0 ? '-' : ((100 * retries) / requests).toFixed(1), words: 'is:retry' },
      note: 'per 100 requests',
    },
  ]
  return (
    <dl class="facts">
      {facts.map(({ name, value, words, note }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            {words === undefined ? (
              value
            ) : (
              <a class="quiet" href={searchPath(words, own)}>
                {value}
              </a>
            )}{' '}
            {note ? <span class="muted">{note}</span> : null}
          </dd>
        </div>
      ))}
    </dl>
  )
}

export const percentOf = (rate: number): string => `${Math.round(100 * rate)} %`
