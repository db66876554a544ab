import type { Scope } from '../../src/queries/dialect.ts'
import type { HoursRow } from '../../src/queries/hours.ts'
import type { TokensRow } from '../../src/queries/tokens.ts'
import { type Bucket, bucketName, sumInBuckets } from '../charts/buckets.ts'
import { Card } from '../charts/card.tsx'
import { TimeSeries } from '../charts/time-series.tsx'
import { amount } from '../text/quantities.ts'
import { between, filter, searchPath } from './links.ts'
import { percentOf } from './summary.tsx'
import { cacheRate, sum } from './tokens.ts'

interface OverTimeProps {
  scope: Scope
  buckets: readonly Bucket[]
  tokens: readonly TokensRow[]
  hours: readonly HoursRow[]
}

/** The cache's share, retries, and sessions with errors, as lines over time. */
export function OverTime({ scope, buckets, tokens, hours }: OverTimeProps) {
  const hour = ({ hour_ms }: { hour_ms: number }): number => hour_ms
  const input = sumInBuckets(buckets, tokens, hour, row => row.input_tokens)
  const cached = sumInBuckets(buckets, tokens, hour, row => row.cached_tokens)
  const requests = sumInBuckets(buckets, hours, hour, row => row.requests)
  const retries = sumInBuckets(buckets, hours, hour, row => row.retries)
  const sessions = sumInBuckets(buckets, hours, hour, row => row.sessions)
  const errors = sumInBuckets(buckets, hours, hour, row => row.errors)
  const rates = ratios(cached, input, 1)
  const perHundred = ratios(retries, requests, 100)
  const own = [scope.model && filter('model', scope.model), scope.agent && filter('agent', scope.agent)]
  const behind =
    (...words: string[]) =>
    (bucket: Bucket): string =>
      searchPath(...words, between(bucket), ...own)
  const tenths = (value: number): string => value.toFixed(value < 10 ? 1 : 0)
  const rowsOf = (hrefOf: (bucket: Bucket) => string, ...columns: (string | undefined)[][]) =>
    buckets.flatMap((bucket, index) =>
      columns.some(column => column[index] !== undefined)
        ? [[{ text: bucketName(bucket), href: hrefOf(bucket) }, ...columns.map(column => column[index] ?? '-')]]
        : [],
    )
  const isUsed = (index: number): boolean => Boolean(sessions[index] || errors[index])
  return (
    <>
      <Card
        title="Cache"
        note="of the input, what came from the provider's cache"
        question={{ name: 'cache', values: { ...scope } }}
        table={() => ({
          head: ['from', 'of the input'],
          rows: rowsOf(
            behind('is:response'),
            rates.map(rate => (rate === null ? undefined : percentOf(rate))),
          ),
        })}
      >
        <TimeSeries
          buckets={buckets}
          measures={[{ name: 'cached', colour: 'c-1', values: rates, format: percentOf }]}
          totals={[cacheRate(tokens)]}
          format={percentOf}
          top={1}
          hrefOf={behind('is:response')}
        />
      </Card>
      <Card
        title="Retries"
        note="of 100 requests, those that were made again"
        question={{ name: 'hours', values: { ...scope } }}
        table={() => ({
          head: ['from', 'per 100 requests', 'requests'],
          rows: rowsOf(
            behind('is:retry'),
            perHundred.map(rate => (rate === null ? undefined : tenths(rate))),
            requests.map(count => (count ? String(count) : undefined)),
          ),
        })}
      >
        <TimeSeries
          buckets={buckets}
          measures={[{ name: 'retries', colour: 'c-8', values: perHundred, format: tenths }]}
          totals={[sum(requests, Number) ? (100 * sum(retries, Number)) / sum(requests, Number) : null]}
          format={tenths}
          hrefOf={behind('is:retry')}
        />
      </Card>
      <Card
        title="Sessions and errors"
        note="sessions that began, and errors of any kind"
        question={{ name: 'hours', values: { ...scope } }}
        table={() => ({
          head: ['from', 'sessions', 'errors'],
          rows: rowsOf(
            behind('is:error'),
            sessions.map((count, index) => (isUsed(index) ? String(count) : undefined)),
            errors.map((count, index) => (isUsed(index) ? String(count) : undefined)),
          ),
        })}
      >
        <TimeSeries
          buckets={buckets}
          measures={[
            { name: 'sessions', colour: 'c-1', values: sessions, format: amount },
            { name: 'errors', colour: 'c-8', values: errors, format: amount },
          ]}
          totals={[sum(sessions, Number), sum(errors, Number)]}
          format={amount}
          hrefOf={behind('is:error')}
        />
      </Card>
    </>
  )
}

const ratios = (parts: readonly number[], wholes: readonly number[], times: number): (number | null)[] =>
  wholes.map((whole, index) => (whole === 0 ? null : (times * (parts[index] ?? 0)) / whole))
