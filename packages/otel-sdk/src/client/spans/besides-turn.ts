import type { CodexEventName } from '@codex/otel-api'
import { ROWS } from '../../catalogue/event-table.ts'

/** Events that may belong to a call that is under way, and those that may belong to other spans than the turn. */
const OF_CALLS: readonly string[] = ['codex.sandbox_outcome'] satisfies CodexEventName[]
const OF_OTHERS: readonly string[] = [
  'codex.conversation_starts',
  'codex.startup_phase',
  'codex.user_prompt',
  'codex.api_request',
  'codex.websocket_request',
  'codex.auth_recovery',
  'codex.turn_ttft',
  'codex.tool_decision',
  'codex.tool_result',
  'codex.sse_event',
] satisfies CodexEventName[]

/** What an event may belong to besides the turn: of most of them there is nothing to find out. */
export type BesidesTurn = 'call' | 'other' | undefined

/** By the row of the event. The part that is loaded later is handed what it needs of it, and holds no event table of its own. */
export const BESIDES_TURN: readonly BesidesTurn[] = ROWS.map(({ name: event }) => {
  if (OF_CALLS.includes(event)) return 'call'
  return OF_OTHERS.includes(event) ? 'other' : undefined
})
