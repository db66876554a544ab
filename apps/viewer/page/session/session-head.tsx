import type { SessionRow } from '../../src/queries/sessions.ts'
import { isWritable } from '../api/client.ts'
import { SessionTitle } from '../sessions/session-title.tsx'
import type { SessionState } from '../sessions/state.ts'
import { StateBadge } from '../sessions/state-badge.tsx'
import { costText, useCosts } from '../sessions/use-costs.ts'
import { CopyButton } from '../shell/copy-button.tsx'
import { sessionPath } from '../shell/router.ts'
import { useNow } from '../shell/use-now.ts'
import { amount, clock, counted, day, duration, percent } from '../text/quantities.ts'
import { Line } from '../text/text.tsx'
import { PARTS, type PartSums } from './ribbon.ts'
import { PartsInWords } from './ribbon.tsx'
import type { Turn } from './turns.ts'

/** Agents whose events are read by their documentation alone. */
const FROM_DOCUMENTATION: ReadonlySet<string> = new Set(['claude-code', 'gemini-cli'])

interface SessionHeadProps {
  session: SessionRow
  state: SessionState
  turns: readonly Turn[]
  onForget(): void
}

/** What a session is, and its sums. */
export function SessionHead({ session, state, turns, onForget }: SessionHeadProps) {
  const now = useNow(1_000)
  const sums: PartSums = { model: 0, tools: 0, you: 0, retry: 0, other: 0 }
  for (const turn of turns) if (turn.number > 0) for (const name of PARTS) sums[name] += turn.sums[name]
  const whole = PARTS.reduce((sum, name) => sum + sums[name], 0)
  return (
    <section class="session-head" aria-label="The session">
      <h1>
        <StateBadge state={state} now={now} /> <SessionTitle session={session} />
      </h1>
      <p class="session-facts muted">
        <span>
          <Line
            value={[session.service ?? session.agent, session.version, session.originator].filter(Boolean).join(' · ')}
            field="error"
          />
        </span>
        {session.model === null ? null : (
          <span>
            <Line value={session.model} field="error" />
          </span>
        )}
        <span>
          {day(session.first_ms)} {clock(session.first_ms)}, {duration(session.last_ms - session.first_ms)}
        </span>
        <span class="mono">
          <Line value={session.conversation_id} field="error" />
        </span>
        <CopyButton text={() => window.location.origin + sessionPath(session.conversation_id)} label="copy link" />
        {isWritable.value ? (
          <button type="button" class="plain" onClick={onForget}>
            forget…
          </button>
        ) : null}
        {FROM_DOCUMENTATION.has(session.agent) ? (
          <span class="chip">read by the agent's documentation, not checked with captures</span>
        ) : null}
      </p>
      <Figures session={session} />
      {whole > 0 ? (
        <div class="sums">
          <SumBar sums={sums} whole={whole} />
          <PartsInWords sums={sums} isAsked={session.wait_ms !== null} />
        </div>
      ) : null}
    </section>
  )
}

function Figures({ session }: { session: SessionRow }) {
  const cost = useCosts(session.last_ms, session.responses).get(session.conversation_id)
  const hasTokens = session.responses > 0
  return (
    <ul class="figures-line">
      <li>{counted(session.prompts, 'turn')}</li>
      <li>
        {counted(session.requests, 'request')}
        {session.retries > 0 ? <span class="warn"> ({session.retries} again)</span> : null}
      </li>
      <li>
        {counted(session.tools, 'tool call')}
        {session.tools_failed > 0 ? <span class="bad"> ({session.tools_failed} failed)</span> : null}
      </li>
      <li>
        {counted(session.decisions, 'decision')}
        {session.denied > 0 ? ` (${session.denied} declined)` : ''}
      </li>
      <li>
        {hasTokens ? (
          <>
            {amount(session.input_tokens)} tokens in ({percent(session.cached_tokens, session.input_tokens)} cached),{' '}
            {amount(session.output_tokens)} out
            {session.reasoning_tokens > 0 ? ` (${amount(session.reasoning_tokens)} reasoning)` : ''}
          </>
        ) : (
          'tokens unknown'
        )}
      </li>
      {hasTokens ? <li>{`cost ${costText(cost)}`}</li> : null}
      <li class={session.errors > 0 ? 'bad' : 'muted'}>
        {session.errors > 0 ? `✕ ${counted(session.errors, 'error')}` : 'no errors'}
      </li>
    </ul>
  )
}

function SumBar({ sums, whole }: { sums: PartSums; whole: number }) {
  let x = 0
  return (
    <svg class="sum-bar" viewBox="0 0 1000 16" preserveAspectRatio="none" aria-hidden="true">
      {PARTS.map(name => {
        const width = (1_000 * sums[name]) / whole
        x += width
        return width > 0 ? (
          <rect key={name} class={`part-${name}`} x={x - width} y="0" width={width} height="16" />
        ) : null
      })}
    </svg>
  )
}
