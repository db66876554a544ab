import type { SessionRow } from '../../src/queries/sessions.ts'
import { useAnswer } from '../api/use-answer.ts'
import { bucketsOf, nextMidnight, sumInBuckets } from '../charts/buckets.ts'
import { Sparkline } from '../charts/sparkline.tsx'
import type { TotalCost } from '../prices/cost.ts'
import { prices } from '../prices/own-prices.ts'
import { useNow } from '../shell/use-now.ts'
import { amount, counted, percent, startOfDay } from '../text/quantities.ts'
import type { SessionState } from './state.ts'
import { costText, sumOf } from './use-costs.ts'

const DAY_AND_A_HALF_MS = 36 * 60 * 60_000
const REFRESH_MS = 5_000

interface TodayProps {
  sessions: readonly SessionRow[]
  states: ReadonlyMap<string, SessionState>
  costs: ReadonlyMap<string, TotalCost>
}

/** What goes on, and the sums of the day. */
export function Today({ sessions, states, costs }: TodayProps) {
  const now = useNow(REFRESH_MS)
  const from = startOfDay(now)
  const to = startOfDay(from + DAY_AND_A_HALF_MS)
  const today = sessions.filter(({ last_ms }) => last_ms >= from && last_ms < to)
  const events = today.reduce((sum, session) => sum + session.events, 0)
  const { rows: tokens } = useAnswer('tokens', { from, to, model: '', agent: '' }, events)
  const count = (name: SessionState['name']): number => [...states.values()].filter(state => state.name === name).length
  const sum = (column: 'input_tokens' | 'cached_tokens' | 'output_tokens'): number =>
    tokens?.reduce((total, row) => total + row[column], 0) ?? 0
  const day = bucketsOf(from, nextMidnight(from, 1))
  const byHour = sumInBuckets(
    day,
    tokens ?? [],
    row => row.hour_ms,
    row => row.input_tokens + row.output_tokens,
  )
  const errors = today.reduce((total, session) => total + session.errors, 0)
  return (
    <ul class="today">
      <li class={count('live') > 0 ? 'live' : 'muted'}>
        <span aria-hidden="true">●</span> live <b>{count('live')}</b>
      </li>
      <li class={count('waits') > 0 ? 'waits' : 'muted'}>
        <span aria-hidden="true">◐</span> probably waits for you <b>{count('waits')}</b>
      </li>
      <li>
        today <b>{counted(today.length, 'session')}</b>
      </li>
      {tokens && tokens.length > 0 ? (
        <li>
          <a href="/trends?from=24h" tabIndex={-1} aria-label="tokens by hour, in trends" title="tokens by hour">
            <Sparkline values={byHour} />
          </a>
          <b>{amount(sum('input_tokens'))}</b> tokens in ({percent(sum('cached_tokens'), sum('input_tokens'))} cached),{' '}
          <b>{amount(sum('output_tokens'))}</b> out
        </li>
      ) : null}
      <Cost total={sumOf(today.flatMap(({ conversation_id }) => costs.get(conversation_id) ?? []))} />
      <li class={errors > 0 ? 'bad' : 'muted'}>{errors > 0 ? `✕ ${counted(errors, 'error')} in them` : 'no errors'}</li>
    </ul>
  )
}

/** What the sessions of the day cost, by which prices. */
function Cost({ total }: { total: TotalCost }) {
  if (total.usd === 0 && total.unknown.length === 0) return null
  const { date, models } = prices.value
  if (models.length === 0) {
    return (
      <li class="muted">
        cost unknown: no prices, <a href="/trends">write some</a>
      </li>
    )
  }
  return (
    <li>
      cost <b>{costText(total)}</b>{' '}
      <span class="muted">
        {date === null ? 'by your prices' : `by prices of ${date}`}
        {total.unknown.length > 0 ? `; ${counted(total.unknown.length, 'model has', 'models have')} none` : ''}
      </span>
    </li>
  )
}
