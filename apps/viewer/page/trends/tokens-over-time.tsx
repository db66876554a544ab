import type { Scope } from '../../src/queries/dialect.ts'
import type { TokensRow } from '../../src/queries/tokens.ts'
import { type Bucket, bucketName, sumInBuckets } from '../charts/buckets.ts'
import { Card } from '../charts/card.tsx'
import { StackedBars } from '../charts/stacked-bars.tsx'
import { query, setQuery } from '../shell/router.ts'
import { amount } from '../text/quantities.ts'
import { between, filter, searchPath } from './links.ts'
import { sum, tokensByBucket } from './tokens.ts'

const WAYS = ['by kind', 'by model'] as const
const MODEL_COLOURS = ['c-1', 'c-3', 'c-5', 'c-6', 'c-7', 'c-2']

interface TokensOverTimeProps {
  scope: Scope
  buckets: readonly Bucket[]
  rows: readonly TokensRow[]
}

/** Tokens over time, stacked by what they were or by the model. */
export function TokensOverTime({ scope, buckets, rows }: TokensOverTimeProps) {
  const way = query.value.get('stack') === 'model' ? 'by model' : 'by kind'
  const measures = way === 'by kind' ? byKind(rows, buckets) : byModel(rows, buckets)
  const hrefOf = (bucket: Bucket): string =>
    searchPath(
      'is:response',
      between(bucket),
      scope.model && filter('model', scope.model),
      scope.agent && filter('agent', scope.agent),
    )
  const used = buckets
    .map((bucket, index) => ({ bucket, index }))
    .filter(({ index }) => measures.some(({ values }) => values[index]))
  return (
    <Card
      title="Tokens"
      wide
      note={
        <span class="segments small" role="group" aria-label="Stacked">
          {WAYS.map(name => (
            <button
              key={name}
              type="button"
              aria-pressed={name === way}
              onClick={() => setQuery({ stack: name === 'by model' ? 'model' : undefined })}
            >
              {name}
            </button>
          ))}
        </span>
      }
      question={{ name: 'tokens', values: { ...scope } }}
      table={() => ({
        head: ['from', ...measures.map(({ name }) => name)],
        rows: used.map(({ bucket, index }) => [
          { text: bucketName(bucket), href: hrefOf(bucket) },
          ...measures.map(({ values }) => (values[index] ?? 0).toLocaleString('en-US')),
        ]),
      })}
    >
      {rows.length === 0 ? (
        <p class="empty">No response said how many tokens it took.</p>
      ) : (
        <StackedBars buckets={buckets} measures={measures} format={amount} hrefOf={hrefOf} />
      )}
    </Card>
  )
}

function byKind(rows: readonly TokensRow[], buckets: readonly Bucket[]) {
  const { fresh, cached, cacheWrite, output } = tokensByBucket(rows, buckets)
  const all = [
    { name: 'from the cache', colour: 'c-2', values: cached },
    { name: 'to the cache', colour: 'c-4', values: cacheWrite },
    { name: 'fresh', colour: 'c-1', values: fresh },
    { name: 'output', colour: 'c-3', values: output },
  ]
  return all
    .filter(({ name, values }) => name !== 'to the cache' || values.some(Boolean))
    .map(measure => ({ ...measure, format: amount }))
}

/** The models with the most tokens each have a colour, the others share one. */
function byModel(rows: readonly TokensRow[], buckets: readonly Bucket[]) {
  const used = ({ input_tokens, output_tokens }: TokensRow): number => input_tokens + output_tokens
  const models = [...new Set(rows.map(({ model }) => model))]
    .map(model => ({
      model,
      tokens: sum(
        rows.filter(row => row.model === model),
        used,
      ),
    }))
    .sort((a, b) => b.tokens - a.tokens)
  const valuesOf = (own: readonly TokensRow[]): number[] => sumInBuckets(buckets, own, ({ hour_ms }) => hour_ms, used)
  const own = models.slice(0, MODEL_COLOURS.length).map(({ model }, index) => ({
    name: model ?? 'no model named',
    colour: MODEL_COLOURS[index] ?? 'c-4',
    values: valuesOf(rows.filter(row => row.model === model)),
    format: amount,
  }))
  const others = new Set(models.slice(MODEL_COLOURS.length).map(({ model }) => model))
  if (others.size === 0) return own
  const rest = rows.filter(({ model }) => others.has(model))
  return [...own, { name: `${others.size} others`, colour: 'c-4', values: valuesOf(rest), format: amount }]
}
