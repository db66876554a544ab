import type { SessionRow } from '../../src/queries/sessions.ts'
import { isOfFiles } from '../api/client.ts'
import { useAnswer } from '../api/use-answer.ts'
import { useNow } from '../shell/use-now.ts'
import { type SessionState, stateOf } from './state.ts'

const STEP_MS = 2_000

/** Whether a session goes on. */
export function useSessionState(session: SessionRow | null | undefined): SessionState {
  const now = useNow(STEP_MS)
  const { rows } = useAnswer('pending', session ? { from: session.last_ms } : undefined)
  if (!session || isOfFiles.value) return { name: 'ended' }
  const pending = rows?.find(({ conversation_id }) => conversation_id === session.conversation_id)
  return stateOf(session, pending, now)
}
