import type { TraceRow } from '../../src/queries/traces.ts'
import { useAnswer } from '../api/use-answer.ts'
import { navigate, sessionPath, tracePath } from '../shell/router.ts'
import { clock, day } from '../text/quantities.ts'
import { Line } from '../text/text.tsx'
import { oneLine, plainText } from '../text/visible.ts'
import { fineDuration } from './fine-duration.ts'
import type { SpanTree } from './tree.ts'

interface TraceHeadProps {
  trace: TraceRow
  tree: SpanTree
  /** How many of its spans were given. */
  loaded: number
}

const MAX_TRACES = 1_000
const NAME_LENGTH = 60

/** What the trace is, what it belongs to, and what is odd about it. */
export function TraceHead({ trace, tree, loaded }: TraceHeadProps) {
  const { conversation_id: session, title, name, spans, start_ms, duration_ms } = trace
  return (
    <header class="trace-head">
      <h1>
        <Line value={name} field="error" />
      </h1>
      <p class="muted">
        {day(start_ms)} {clock(start_ms)} · {fineDuration(duration_ms)} · {spans} span{spans === 1 ? '' : 's'}
        {tree.internal === 0 ? '' : `, ${tree.internal} of them internal`}
        {session === null ? (
          ' · of no session that is known'
        ) : (
          <>
            {' · of '}
            <a href={sessionPath(session)}>{title === null ? session : <Line value={title} field="prompt" />}</a>
          </>
        )}
      </p>
      {session === null ? null : <Siblings session={session} trace={trace.trace_id} />}
      <Oddities tree={tree} spans={spans} loaded={loaded} />
    </header>
  )
}

/** The other traces of the session, in their order. */
function Siblings({ session, trace }: { session: string; trace: string }) {
  const { rows = [] } = useAnswer('tracesOfSession', { session, limit: MAX_TRACES })
  if (rows.length < 2) return null
  return (
    <label class="siblings">
      <span class="muted">traces of the session</span>{' '}
      <select value={trace} onChange={event => navigate(tracePath(event.currentTarget.value))}>
        {rows.map(({ trace_id, name, start_ms, spans }) => (
          <option key={trace_id} value={trace_id}>
            {clock(start_ms)} {plainText(oneLine(name, NAME_LENGTH))}, {spans} span{spans === 1 ? '' : 's'}
          </option>
        ))}
      </select>
    </label>
  )
}

function Oddities({ tree, spans, loaded }: { tree: SpanTree; spans: number; loaded: number }) {
  const count = (oddity: string): number => tree.nodes.filter(node => node.oddity === oddity).length
  const orphans = count('orphan')
  const early = count('before its parent')
  const words = [
    loaded < spans ? `the first ${loaded} of ${spans} spans are shown` : '',
    orphans > 0 ? `${orphans} without the parent that they name, which was not sent or has not arrived yet` : '',
    early > 0 ? `${early} that began before their parents: clocks differ, or one was set` : '',
    tree.repeated > 0 ? `${tree.repeated} that came twice` : '',
  ].filter(Boolean)
  return words.length === 0 ? null : <p class="warn">{words.join(' · ')}</p>
}
