import { showName } from '../show-name.ts'

/** The names of events that are reported at most, however many an application makes up. */
const MAX_REPORTS = 100

/**
 * Makes the function that is told of each event that cannot be recorded. It calls `onInvalid` for each, with a message
 * once for each name, which says what of the event was dropped.
 */
export function createInvalidEvents(
  what: 'the event' | 'the measurements of the event',
  onInvalid: (message: string | undefined) => void,
): (name: unknown, problem: string) => void {
  const reported = new Set<string>()
  return (name, problem) => {
    const shown = typeof name === 'string' ? showName(name) : `"${typeof name}"`
    const isNew = reported.size < MAX_REPORTS && !reported.has(shown)
    if (isNew) reported.add(shown)
    const were = what === 'the event' ? 'was' : 'were'
    onInvalid(isNew ? `${what} ${shown} ${were} dropped, as will be others: ${problem}` : undefined)
  }
}
