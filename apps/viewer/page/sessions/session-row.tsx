import type { SessionRow } from '../../src/queries/sessions.ts'
import { RowBox } from '../list/row-box.tsx'
import type { RowProps } from '../list/windowed-list.tsx'
import type { TotalCost } from '../prices/cost.ts'
import { sessionPath } from '../shell/router.ts'
import { amount, counted, duration, when } from '../text/quantities.ts'
import { Line } from '../text/text.tsx'
import { SessionTitle } from './session-title.tsx'
import type { SessionState } from './state.ts'
import { StateBadge } from './state-badge.tsx'
import { costText } from './use-costs.ts'

/** The columns of the list. Numbers stand below each other. */
export const COLUMNS: readonly { name: string; class: string }[] = [
  { name: 'state', class: 'state-cell' },
  { name: 'when', class: 'when' },
  { name: 'what', class: 'what' },
  { name: 'turns', class: 'number turns' },
  { name: 'requests', class: 'number requests' },
  { name: 'tools', class: 'number tools' },
  { name: 'waited', class: 'number waited' },
  { name: 'tokens in', class: 'number input' },
  { name: 'out', class: 'number output' },
  { name: 'cost', class: 'number cost' },
  { name: 'trouble', class: 'trouble' },
]

export const SessionsHead = () => (
  <div role="row" aria-rowindex={1} class="session-row head">
    {COLUMNS.map(({ name, class: look }) => (
      <span key={name} role="columnheader" class={look}>
        {name}
      </span>
    ))}
  </div>
)

interface SessionLineProps {
  session: SessionRow
  state: SessionState
  /** `undefined` while it is not known. */
  cost: TotalCost | undefined
  /** The beginning of its id, where another session has its title. */
  id: string | undefined
  now: number
  props: RowProps
  onOpen(): void
}

/** One session of the list. */
export function SessionLine({ session, state, cost, id, now, props, onOpen }: SessionLineProps) {
  const hasTokens = session.responses > 0
  const cells = [
    <StateBadge key="state" state={state} now={now} />,
    when(session.last_ms, now),
    <Title key="title" session={session} id={id} />,
    amount(session.prompts),
    <>
      {amount(session.requests)}
      {session.retries > 0 ? <span class="warn"> +{session.retries}</span> : null}
    </>,
    amount(session.tools),
    duration(session.wait_ms),
    hasTokens ? amount(session.input_tokens) : '-',
    hasTokens ? amount(session.output_tokens) : '-',
    hasTokens ? costText(cost) : '-',
    <Trouble key="trouble" session={session} />,
  ]
  return (
    <RowBox props={props} class={`session-row ${state.name}`} onOpen={onOpen}>
      {COLUMNS.map(({ name, class: look }, index) => (
        <span key={name} role="gridcell" class={look} data-name={name}>
          {cells[index]}
        </span>
      ))}
    </RowBox>
  )
}

function Title({ session, id }: { session: SessionRow; id: string | undefined }) {
  const { model, service, agent, conversation_id } = session
  return (
    <>
      <a href={sessionPath(conversation_id)} tabIndex={-1}>
        <SessionTitle session={session} />
      </a>
      <span class="from muted">
        <span>
          <Line value={[service ?? agent, model].filter(Boolean).join(' · ')} field="error" />
        </span>
        {id === undefined ? null : (
          <span class="id">
            {'\u00a0'}· <Line value={id} field="error" />
          </span>
        )}
      </span>
    </>
  )
}

function Trouble({ session: { errors, tools_failed, denied } }: { session: SessionRow }) {
  const parts = [
    errors > 0 && { text: counted(errors, 'error'), look: 'bad', mark: '✕' },
    tools_failed > 0 && { text: `${counted(tools_failed, 'tool')} failed`, look: 'warn', mark: '!' },
    denied > 0 && { text: `${denied} declined`, look: 'muted', mark: '⊘' },
  ].filter(part => part !== false)
  return (
    <>
      {parts.map(({ text, look, mark }) => (
        <span key={text} class={`item ${look}`}>
          <span aria-hidden="true">{mark}</span> {text}
        </span>
      ))}
    </>
  )
}
