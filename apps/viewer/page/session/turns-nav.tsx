import { textsOf } from '../api/use-texts.ts'
import { duration } from '../text/quantities.ts'
import { oneLine, plainText } from '../text/visible.ts'
import { Ribbon } from './ribbon.tsx'
import { TurnPrompt } from './turn-row.tsx'
import type { Turn } from './turns.ts'

interface TurnsNavProps {
  turns: readonly Turn[]
  agent: string
  /** A menu where there is little room. */
  look: 'select' | 'list'
  onGo(turn: Turn): void
}

/** Turns that the list beside the session has. The menu has all of them. */
const LISTED = 200

/** Jumps to a turn. */
export function TurnsNav({ turns, agent, look, onGo }: TurnsNavProps) {
  const own = turns.filter(({ number }) => number > 0)
  if (own.length === 0) return null
  if (look === 'select') {
    return (
      <label class="turns-menu">
        <span class="hidden">Turn</span>
        <select
          value=""
          onChange={event => {
            const turn = own.find(({ number }) => String(number) === event.currentTarget.value)
            event.currentTarget.value = ''
            if (turn) onGo(turn)
          }}
        >
          <option value="">go to turn…</option>
          {own.map(turn => (
            <option key={turn.number} value={turn.number}>
              {turn.number} {plainText(oneLine(textsOf(turn.prompt?.row.event_id ?? -1)?.prompt ?? '', 40))}
            </option>
          ))}
        </select>
      </label>
    )
  }
  const longest = Math.max(...own.map(({ from, to }) => to - from))
  return (
    <nav class="turns" aria-label="Turns">
      <h2>Turns</h2>
      <ol>
        {own.slice(-LISTED).map(turn => (
          <li key={turn.number} value={turn.number}>
            <button type="button" onClick={() => onGo(turn)}>
              <span class="turn-prompt">
                <TurnPrompt turn={turn} agent={agent} />
              </span>
              <span class="figures">
                {turn.trouble > 0 ? <span class="bad">✕ {turn.trouble} </span> : null}
                {duration(turn.to - turn.from)}
              </span>
              {/* All ribbons have one scale, so that long turns are long. */}
              <Ribbon parts={turn.parts} from={turn.from} to={turn.from + longest} />
            </button>
          </li>
        ))}
      </ol>
    </nav>
  )
}
