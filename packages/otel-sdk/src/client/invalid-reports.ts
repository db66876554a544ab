import { showName } from './show-name.ts'

/** At most so many names are reported: a program may make up new ones without end. */
const MAX_REPORTS = 100

/**
 * Makes the function that is told of each event, attribute or measurement that cannot be recorded. It calls `onInvalid` for each,
 * with a message once for each name: `describe` says what of that name was dropped. `reported` holds the names so far.
 */
export function createInvalidReports(
  describe: (shownName: string) => string,
  onInvalid: (message: string | undefined) => void,
  reported: Set<string> = new Set(),
): (name: unknown, problem: string) => void {
  return (name, problem) => {
    const shown = typeof name === 'string' ? showName(name) : `"${typeof name}"`
    const isNew = reported.size < MAX_REPORTS && !reported.has(shown)
    if (isNew) reported.add(shown)
    onInvalid(isNew ? `${describe(shown)}, as will be others: ${problem}` : undefined)
  }
}

export const eventDropped = (shownName: string): string => `the event ${shownName} was dropped`
export const eventMeasurementsDropped = (shownName: string): string =>
  `the measurements of the event ${shownName} were dropped`
export const attributeLeftOut = (shownName: string): string => `the attribute ${shownName} was left out`
export const measurementDropped = (shownName: string): string => `a measurement of the metric ${shownName} was dropped`
