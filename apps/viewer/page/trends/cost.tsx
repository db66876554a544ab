import { useRef } from 'preact/hooks'
import type { Scope } from '../../src/queries/dialect.ts'
import type { TokensRow } from '../../src/queries/tokens.ts'
import { type Bucket, bucketName, sumInBuckets } from '../charts/buckets.ts'
import { Card } from '../charts/card.tsx'
import { StackedBars } from '../charts/stacked-bars.tsx'
import { type Column, numbers, rare, TableHead } from '../charts/table-head.tsx'
import { costOf, dollars, priceOf, roundDollars, sharesOf, totalCost } from '../prices/cost.ts'
import { prices } from '../prices/own-prices.ts'
import { PriceEditor } from '../prices/price-editor.tsx'
import { show, shown } from '../shell/shown.tsx'
import { amount } from '../text/quantities.ts'
import { Line } from '../text/text.tsx'
import { between, filter, inScope, searchPath } from './links.ts'
import { sum } from './tokens.ts'

const COLUMNS: readonly Column[] = ['model', rare('responses'), rare('fresh'), ...numbers('cached', 'output', 'cost')]

interface CostProps {
  scope: Scope
  buckets: readonly Bucket[]
  rows: readonly TokensRow[]
}

/** What the tokens cost, by model. A model without a price is named, and never counted as 0. */
export function Cost({ scope, buckets, rows }: CostProps) {
  const edits = shown.value.has('prices')
  const opener = useRef<HTMLButtonElement>(null)
  const { models, date } = prices.value
  const { unknown } = totalCost(
    models,
    rows.map(row => ({ counts: row, timeMs: row.hour_ms })),
  )
  const costs = sumInBuckets(
    buckets,
    rows,
    ({ hour_ms }) => hour_ms,
    row => costOf(models, row, row.hour_ms) ?? 0,
  )
  const byModel = [...new Set(rows.map(({ model }) => model))]
    .map(model =>
      modelCost(
        models,
        model,
        rows.filter(row => row.model === model),
      ),
    )
    .sort((a, b) => (b.usd ?? -1) - (a.usd ?? -1) || b.input - a.input)
  const isUnknown = rows.every(row => costOf(models, row, row.hour_ms) === undefined)
  const last = rows.at(-1)?.hour_ms ?? 0
  const sources = [...new Set(byModel.flatMap(({ model }) => priceOf(models, model, last)?.source ?? []))]
  const hrefOf = (bucket: Bucket): string =>
    searchPath('is:response', between(bucket), scope.model && filter('model', scope.model))
  if (rows.length === 0) return null
  return (
    <Card
      title="Cost"
      wide
      note={
        <>
          {date === null ? 'no list of prices' : `prices of ${date}, standard ones without discounts`}
          <button ref={opener} type="button" class="plain" aria-expanded={edits} onClick={() => show(!edits, 'prices')}>
            edit prices
          </button>
        </>
      }
      question={{ name: 'tokens', values: { ...scope } }}
      table={() => ({
        head: ['from', 'US dollars'],
        rows: buckets.flatMap((bucket, index) =>
          costs[index] ? [[{ text: bucketName(bucket), href: hrefOf(bucket) }, dollars(costs[index])]] : [],
        ),
      })}
    >
      {edits ? (
        <PriceEditor
          models={byModel.map(({ model }) => model)}
          onClose={() => {
            show(false, 'prices')
            opener.current?.focus()
          }}
        />
      ) : null}
      <div class="beside">
        <div>
          {isUnknown ? (
            <p class="empty">No price is known; edit prices to give one.</p>
          ) : (
            <StackedBars
              buckets={buckets}
              measures={[{ name: 'cost', colour: 'c-5', values: costs, format: dollars }]}
              format={roundDollars}
              hrefOf={hrefOf}
            />
          )}
        </div>
        <div class="scrolls-x">
          <table class="data">
            <TableHead columns={COLUMNS} />
            <tbody>
              {byModel.map(({ model, responses, fresh, cached, output, usd }) => (
                <tr key={model}>
                  <th scope="row">
                    {model === null ? (
                      'no model named'
                    ) : (
                      <a href={searchPath('is:response', inScope({ ...scope, model }))}>{model}</a>
                    )}
                  </th>
                  <td class="number rare">{amount(responses)}</td>
                  <td class="number rare">{amount(fresh)}</td>
                  <td class="number">{amount(cached)}</td>
                  <td class="number">{amount(output)}</td>
                  <td class={usd === undefined ? 'number warn' : 'number'}>{dollars(usd)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </div>
      {sources.length > 0 ? (
        <p class="muted sources">
          Prices: <Line value={sources.join(', ')} field="error" />
        </p>
      ) : null}
      {unknown.length > 0 ? (
        <p class="warn">
          Without a price:{' '}
          {unknown.map(({ model, tokens }) => `${model ?? 'no model named'} (${amount(tokens)} tokens)`).join(', ')}.
          What they cost is unknown, and in no sum.
        </p>
      ) : null}
    </Card>
  )
}

function modelCost(models: (typeof prices.value)['models'], model: string | null, rows: readonly TokensRow[]) {
  const shares = rows.map(sharesOf)
  const { usd, unknown } = totalCost(
    models,
    rows.map(row => ({ counts: row, timeMs: row.hour_ms })),
  )
  return {
    model,
    responses: sum(rows, row => row.responses),
    input: sum(rows, row => row.input_tokens),
    fresh: sum(shares, share => share.fresh),
    cached: sum(shares, share => share.cached),
    output: sum(shares, share => share.output),
    usd: unknown.length > 0 ? undefined : usd,
  }
}
