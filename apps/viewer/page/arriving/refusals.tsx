import type { RefusalRow } from '../../src/queries/refusals.ts'
import { live } from '../api/live.ts'
import { useAnswer } from '../api/use-answer.ts'
import { counted, when } from '../text/quantities.ts'
import { Line } from '../text/text.tsx'

/** The newest requests that are listed. */
const LIMIT = 50

/** Requests that were refused, each with what its sender can change. In a line they open when they are asked for. */
export function Refusals({ look }: { look: 'table' | 'line' }) {
  const { rows: refusals = [] } = useAnswer('refusals', { limit: LIMIT }, live.value?.refusals)
  if (refusals.length === 0) return null
  const table = <RefusalsTable refusals={refusals} />
  if (look === 'table') {
    return (
      <section class="refusals">
        <h2>Requests that were refused</h2>
        {table}
      </section>
    )
  }
  return (
    <details class="refusals">
      <summary class="warn">{counted(refusals.length, 'request was', 'requests were')} refused, and why</summary>
      {table}
    </details>
  )
}

function RefusalsTable({ refusals }: { refusals: readonly RefusalRow[] }) {
  const now = Date.now()
  return (
    <ul>
      {refusals.map(refusal => (
        <li key={refusal.refusal_id}>
          <span class="mono muted">{when(refusal.time_ms, now)}</span>{' '}
          <b class="mono">
            <Line value={`${refusal.transport === 'grpc' ? 'gRPC' : refusal.method} ${refusal.path}`} field="error" />
          </b>{' '}
          <span class="bad">{refusal.status === null ? refusal.outcome : `${refusal.status}`}</span>{' '}
          <Line value={refusal.reason} field="error" />
          {refusal.times > 1 ? <span class="muted"> {refusal.times} times</span> : null}
          {refusal.user_agent === '' ? null : (
            <span class="sender muted">
              sent by{' '}
              <span class="mono">
                <Line value={refusal.user_agent} field="error" />
              </span>
            </span>
          )}
          {refusal.cure === null ? null : (
            <span class="cure">
              <span aria-hidden="true">→ </span>
              <Line value={refusal.cure} field="error" />
            </span>
          )}
        </li>
      ))}
    </ul>
  )
}
