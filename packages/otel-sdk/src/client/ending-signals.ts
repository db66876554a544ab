/**
 * The signals that end a process whose application does not listen to them, sent by a terminal, a supervisor or the
 * system. Others (SIGUSR2, SIGALRM, ...) have other uses, and libraries that listen to them outside of JavaScript.
 */
export const ENDING_SIGNALS: readonly NodeJS.Signals[] =
  process.platform === 'win32'
    ? ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK']
    : ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']

/** As it is when this is loaded: tests of applications replace it. */
const kill = process.kill.bind(process)

/** Raises a signal that nothing listens to any more. Where `ends`, it ends the process, which leaves the terminal as it was. */
export function endBySignal(signal: NodeJS.Signals, ends: boolean): void {
  if (ends) restoreTerminal()
  try {
    kill(process.pid, signal)
  } catch {
    // Windows knows SIGHUP and SIGBREAK as events only, and no way to raise them.
    kill(process.pid, 'SIGKILL')
  }
}

/** A terminal in raw mode stays so after the process that set it was ended by a signal. */
function restoreTerminal(): void {
  try {
    // Not imported: most runs never need it. To look at stdin itself would open it.
    const { isatty } = process.getBuiltinModule('node:tty')
    if (isatty(0) && process.stdin.isRaw) process.stdin.setRawMode(false)
  } catch {
    // The terminal is gone: nothing to restore.
  }
}
