import { useEffect, useState } from 'preact/hooks'
import type { RequestRow } from '../../src/queries/requests.ts'
import { getRefusals } from '../api/client.ts'
import { live } from '../api/live.ts'
import { counted, when } from '../text/quantities.ts'
import { Line } from '../text/text.tsx'

/** Requests that were refused, each with what its sender can change. In a line they open when they are asked for. */
export function Refusals({ look }: { look: 'table' | 'line' }) {
  const [refusals, setRefusals] = useState<readonly RequestRow[]>([])
  const count = live.value?.refusals ?? 0
  useEffect(() => {
    getRefusals().then(setRefusals, () => {})
  }, [count])
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

function RefusalsTable({ refusals }: { refusals: readonly RequestRow[] }) {
  const now = Date.now()
  return (
    <ul>
      {refusals.map(refusal => (
        <li key={refusal.request_id}>
          <span class="mono muted">{when(refusal.time_ms, now)}</span>{' '}
          <b class="mono">
            <Line value={`${refusal.transport === 'grpc' ? 'gRPC' : refusal.method} ${refusal.path}`} field="error" />
          </b>{' '}
          <span class="bad">{refusal.status === null ? refusal.outcome : `${refusal.status}`}</span>{' '}
          <Line value={refusal.reason} field="error" />
          {refusal.times > 1 ? <span class="muted"> {refusal.times} times</span> : null}
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
