import type { TimelineRow } from '../../src/queries/timeline.ts'
import { useAnswer } from '../api/use-answer.ts'
import { type Column, numbers, TableHead } from '../charts/table-head.tsx'
import { duration } from '../text/quantities.ts'
import { Line } from '../text/text.tsx'

const COLUMNS: readonly Column[] = [...numbers('after'), 'part', ...numbers('times', 'for')]

/** Parts of one stream that are asked for. */
const LIMIT = 5_000

interface Run {
  kind: string
  count: number
  from: number
  to: number
}

/** Parts of one kind that follow each other are one line. */
export function runsOf(rows: readonly TimelineRow[]): Run[] {
  const runs: Run[] = []
  for (const { event_kind, time_ms } of rows) {
    const kind = event_kind ?? 'unknown'
    const last = runs.at(-1)
    if (last?.kind === kind) {
      last.count += 1
      last.to = time_ms
    } else runs.push({ kind, count: 1, from: time_ms, to: time_ms })
  }
  return runs
}

/** The parts of a response's stream, which are asked for when they are shown. */
export function StreamParts({ session, from, to }: { session: string; from: number; to: number }) {
  const { rows, error } = useAnswer('stream', { session, from: Math.floor(from), to: Math.ceil(to), limit: LIMIT })
  if (error !== undefined) return <p class="bad">{error}</p>
  if (!rows) return <p class="muted">loading…</p>
  if (rows.length === 0) return <p class="muted">No parts of this stream are stored; an agent may leave them out.</p>
  return (
    <table class="stream">
      <TableHead columns={COLUMNS} />
      <tbody>
        {runsOf(rows).map(run => (
          <tr key={`${run.from} ${run.kind}`}>
            <td class="number">{duration(run.from - from)}</td>
            <td class="mono">
              <Line value={run.kind} field="error" />
            </td>
            <td class="number">{run.count}</td>
            <td class="number">{duration(run.to - run.from)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
