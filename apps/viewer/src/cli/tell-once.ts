/** Milliseconds in which a line is not repeated. */
const QUIET_MS = 60_000
/** Lines that are remembered. */
const MAX_LINES = 100

/** Writes lines to standard error, each at most once a minute: a sender that repeats itself does not fill a log. */
export function tellerOnce(
  write: (text: string) => unknown,
  now: () => number = () => performance.now(),
): (line: string) => void {
  const told = new Map<string, number>()
  return (line: string): void => {
    const last = told.get(line)
    if (last !== undefined && now() - last < QUIET_MS) return
    if (told.size >= MAX_LINES) told.clear()
    told.set(line, now())
    write(`${line}\n`)
  }
}
