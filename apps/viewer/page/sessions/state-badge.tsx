import { stopwatch } from '../text/quantities.ts'
import type { SessionState } from './state.ts'

const WORDS: Readonly<Record<SessionState['name'], { mark: string; word: string }>> = {
  waits: { mark: '◐', word: 'waits' },
  live: { mark: '●', word: 'live' },
  ended: { mark: '○', word: 'ended' },
}

/** Whether a session goes on, by shape and word. */
export function StateBadge({ state, now }: { state: SessionState; now: number }) {
  const { mark, word } = WORDS[state.name]
  return (
    <span
      class={`state ${state.name}`}
      title={
        state.name === 'waits' ? 'Probably waits for you: a tool call has neither a decision nor a result' : undefined
      }
    >
      <span aria-hidden="true">{mark}</span> {word}
      {state.name === 'waits' ? (
        <>
          <span class="hidden"> for you, probably,</span> {stopwatch(now - state.sinceMs)}
        </>
      ) : null}
    </span>
  )
}
