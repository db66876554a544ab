import { useEffect, useMemo } from 'preact/hooks'
import type { Answers } from '../../src/queries/queries.ts'
import { live } from '../api/live.ts'
import { useAnswer } from '../api/use-answer.ts'
import { type Bucket, bucketsOf } from '../charts/buckets.ts'
import { loadPrices, prices } from '../prices/own-prices.ts'
import { query } from '../shell/router.ts'
import { useNow } from '../shell/use-now.ts'
import { useTitle } from '../shell/use-title.ts'
import { Activity } from './activity.tsx'
import { Approvals } from './approvals.tsx'
import { Cost } from './cost.tsx'
import { Errors } from './errors.tsx'
import { Latency } from './latency.tsx'
import { MetricCheck } from './metric-check.tsx'
import { OverTime } from './over-time.tsx'
import { readQuery } from './scope.ts'
import { ScopeBar } from './scope-bar.tsx'
import { Summary } from './summary.tsx'
import { TokensOverTime } from './tokens-over-time.tsx'
import { Tools } from './tools.tsx'

/** How often the screen looks again while something arrives, in milliseconds. */
const REFRESH_MS = 15_000
const TOP_ERRORS = 20

/** What sessions use, cost and wait for, over time. */
export function Trends() {
  useTitle('trends')
  const now = useNow(REFRESH_MS)
  const { period, scope } = readQuery(query.value, now)
  // Asked again with the clock, and not with each message.
  const version = useMemo(() => live.peek()?.lastEvent ?? 0, [now])
  const tokens = useAnswer('tokens', scope, version)
  const hours = useAnswer('hours', scope, version)
  const latency = useAnswer('latency', scope, version)
  const firstToken = useAnswer('firstToken', scope, version)
  const tools = useAnswer('tools', scope, version)
  const approvals = useAnswer('approvals', scope, version)
  // Metrics name no session, and may come after the last event.
  const isOfCodex = scope.model === '' && (scope.agent === '' || scope.agent === 'codex')
  const check = useAnswer('metricCheck', isOfCodex ? { from: scope.from, to: scope.to } : undefined, now)
  const errors = useAnswer('errorGroups', { ...scope, limit: TOP_ERRORS }, version)
  // It takes the longest.
  const responses = useAnswer('responses', scope, version)
  useEffect(() => void loadPrices().catch(() => {}), [])

  const buckets = useMemo(
    () => bucketsOfRows(scope, tokens.rows ?? [], hours.rows ?? []),
    [scope.from, scope.to, tokens.rows, hours.rows],
  )
  const failed = tokens.error ?? hours.error
  if (failed !== undefined && !tokens.rows) return <Frame>{<p class="bad">{failed}</p>}</Frame>
  if (!tokens.rows || !hours.rows) return <Frame />
  if (isEmpty(tokens.rows, hours.rows, tools.rows)) {
    return (
      <Frame>
        <p class="empty">
          Nothing was sent in {period.words}
          {scope.model ? ` by ${scope.model}` : ''}
          {scope.agent ? ` of ${scope.agent}` : ''}.{' '}
          {period.key === 'all' && !scope.model && !scope.agent ? (
            <a href="/">The first page says how to send something.</a>
          ) : (
            <a href="/trends?from=all">Show the whole store.</a>
          )}
        </p>
      </Frame>
    )
  }
  const shared = { scope, buckets }
  return (
    <Frame>
      <Summary scope={scope} tokens={tokens.rows} hours={hours.rows} prices={prices.value} />
      <MetricCheck answer={check} />
      <div class="cards">
        <TokensOverTime {...shared} rows={tokens.rows} />
        <Cost {...shared} rows={tokens.rows} />
        <OverTime {...shared} tokens={tokens.rows} hours={hours.rows} />
        <Latency scope={scope} headers={latency} firstToken={firstToken} responses={responses} />
        <Tools scope={scope} answer={tools} />
        <Approvals scope={scope} answer={approvals} />
        <Errors scope={scope} answer={errors} now={now} />
        <Activity scope={scope} rows={hours.rows} />
      </div>
    </Frame>
  )
}

function Frame({ children }: { children?: preact.ComponentChildren }) {
  return (
    <div class="trends">
      <div class="screen-head">
        <h1>Trends</h1>
        <ScopeBar />
      </div>
      {children ?? <p class="muted">Adding up …</p>}
    </div>
  )
}

const isEmpty = (tokens: Answers['tokens'], hours: Answers['hours'], tools: Answers['tools'] = []): boolean =>
  tokens.length === 0 && hours.length === 0 && tools.length === 0

const HOUR = 3_600_000

/** The whole store begins with its first row. */
function bucketsOfRows(
  { from, to }: { from: number; to: number },
  ...answers: readonly (readonly { hour_ms: number }[])[]
): Bucket[] {
  if (from > 0) return bucketsOf(from, to)
  const firsts = answers.flatMap(rows => (rows[0] ? [rows[0].hour_ms] : []))
  const lasts = answers.flatMap(rows => (rows.length > 0 ? [(rows.at(-1) as { hour_ms: number }).hour_ms] : []))
  if (firsts.length === 0) return []
  return bucketsOf(Math.min(...firsts), Math.max(...lasts) + HOUR)
}
