import { textsOf } from '../api/use-texts.ts'
import { RowBox } from '../list/row-box.tsx'
import type { RowProps } from '../list/windowed-list.tsx'
import { tracePath } from '../shell/router.ts'
import { amount, clock, duration } from '../text/quantities.ts'
import { Line } from '../text/text.tsx'
import { PartsInWords, Ribbon } from './ribbon.tsx'
import type { Turn } from './turns.ts'

/** The prompt of a turn, and where its time went. */
export function TurnRow({ turn, trace, agent, props, isOpen, onOpen }: TurnRowProps) {
  return (
    <RowBox props={props} class={`turn${isOpen ? ' open' : ''}`} onOpen={onOpen}>
      <span role="gridcell" class="turn-line">
        <span class="time mono">{clock(turn.from)}</span>
        <b class="turn-name">{turn.number === 0 ? 'Start-up' : `Turn ${turn.number}`}</b>
        <span class="turn-prompt">
          <TurnPrompt turn={turn} agent={agent} />
        </span>
        <span class="figures">
          {turn.trouble > 0 ? <span class="bad">✕ {turn.trouble} </span> : null}
          {turn.input === null ? null : (
            <span class="muted">
              {amount(turn.input)} in → {amount(turn.output)} out{' '}
            </span>
          )}
          <b>{duration(turn.to - turn.from)}</b>
        </span>
      </span>
      {turn.number > 0 && turn.to > turn.from ? (
        <span role="gridcell" class="turn-time">
          <Ribbon parts={turn.parts} from={turn.from} to={turn.to} />
          <span class="turn-sums">
            <PartsInWords sums={turn.sums} />
            {turn.firstToken === null ? null : <span class="muted">first sign after {duration(turn.firstToken)}</span>}
            {trace === undefined ? null : (
              <a href={tracePath(trace)} tabIndex={-1}>
                trace
              </a>
            )}
          </span>
        </span>
      ) : null}
    </RowBox>
  )
}

interface TurnRowProps {
  turn: Turn
  /** `undefined` where no trace of it is stored. */
  trace: string | undefined
  agent: string
  props: RowProps
  isOpen: boolean
  onOpen(): void
}

export function TurnPrompt({ turn, agent }: { turn: Turn; agent: string }) {
  if (!turn.prompt) return <span class="muted">before the first prompt</span>
  const texts = textsOf(turn.prompt.row.event_id)
  if (!texts) return null
  if (texts.prompt === null) return <span class="muted">no prompt was sent</span>
  return <Line value={texts.prompt} field="prompt" length={texts.prompt_length} agent={agent} />
}
