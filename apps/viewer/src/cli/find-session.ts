import { ALL_TIME } from '../queries/dialect.ts'
import type { Store } from '../store/store.ts'
import { UsageError } from '../usage-error.ts'

export const noSession = (id: string): UsageError =>
  new UsageError(`there is no session ${JSON.stringify(id)}. codex-otel-viewer sessions lists those that are there.`)

/** The id that begins with what was typed. @throws UsageError where there is none, or several */
export async function fullSessionId(store: Store, id: string): Promise<string> {
  const [exact] = await store.query('session', { session: id })
  if (exact) return id
  // Every id begins with an empty text, as of a variable that is not set.
  if (id === '') throw noSession(id)
  const all = await store.query('sessions', { ...ALL_TIME, limit: Number.MAX_SAFE_INTEGER })
  const found = all.filter(({ conversation_id }) => conversation_id.startsWith(id))
  if (found.length > 1)
    throw new UsageError(`${found.length} sessions begin with ${JSON.stringify(id)}; write more of the id.`)
  if (!found[0]) throw noSession(id)
  return found[0].conversation_id
}
