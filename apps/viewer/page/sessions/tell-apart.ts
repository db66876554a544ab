import type { SessionRow } from '../../src/queries/sessions.ts'

type Named = Pick<SessionRow, 'conversation_id' | 'title'>

/** Characters of an id that are shown at least. */
const LEAST = 8
/** Where ids begin alike for longer than this, the part that tells is shown alone. */
const MOST = 20

/**
 * Of sessions that have one title, the beginning of each one's id that no other of them has, which the search takes as
 * `session:…`, or the end of that where it is long. A session with a title of its own has none.
 */
export function tellApart(sessions: readonly Named[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const namesakes of Map.groupBy(sessions, ({ title }) => title).values()) {
    const ids = [...new Set(namesakes.map(({ conversation_id }) => conversation_id))].sort()
    if (ids.length < 2) continue
    for (const [index, id] of ids.entries()) {
      const shared = Math.max(sharedStart(id, ids[index - 1]), sharedStart(id, ids[index + 1]))
      const start = id.slice(0, Math.max(LEAST, shared + 1))
      found.set(id, start.length > MOST ? `…${start.slice(-LEAST)}` : start)
    }
  }
  return found
}

/** How many characters two texts begin with alike. */
function sharedStart(a: string, b: string = ''): number {
  let length = 0
  while (length < a.length && a[length] === b[length]) length += 1
  return length
}
