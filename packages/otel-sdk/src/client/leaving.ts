/** What has to be done before the process leaves. */
export interface Leaver {
  /** Starts it. `end`: the process certainly ends afterwards. What is returned blocks until it is done. */
  leave(end: boolean): () => void
}

type EndingSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP'
const ENDING_SIGNALS: readonly EndingSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP']

/** All telemetry of the process behind one listener each, so that the listeners do not take one another for the application's. */
const leavers = new Set<Leaver>()

/** Has `leaver` called on every way out that can be seen from inside. Returns a function that ends that. */
export function onLeaving(leaver: Leaver): () => void {
  if (leavers.size === 0) {
    process.on('exit', onExit)
    for (const signal of ENDING_SIGNALS) process.on(signal, onSignal)
  }
  leavers.add(leaver)
  return () => {
    if (!leavers.delete(leaver) || leavers.size > 0) return
    process.off('exit', onExit)
    for (const signal of ENDING_SIGNALS) process.off(signal, onSignal)
  }
}

function leave(end: boolean): void {
  // All of them at work before any is waited for: leaving takes as long as the slowest, not as long as all.
  const waits = [...leavers].map(leaver => leaver.leave(end))
  for (const wait of waits) wait()
}

const onExit = (): void => leave(true)

/** A signal that nobody else handles ends the process without an `exit` event: do here what that event would do. */
function onSignal(signal: EndingSignal): void {
  if (applicationHandles(signal)) return
  // For process 1 the default action is to go on, and then its telemetry must still be alive.
  const end = process.pid !== 1
  leave(end)
  restoreTerminal()
  process.off(signal, onSignal)
  process.kill(process.pid, signal)
  if (!end) process.on(signal, onSignal)
}

/**
 * Whether somebody else listens who decides what the signal means. The package signal-exit, which terminal interfaces
 * bring along, does not: it cleans up and raises the signal again, but only when no other listener is there.
 */
function applicationHandles(signal: EndingSignal): boolean {
  return process.listenerCount(signal) - 1 > signalExitListeners()
}

function signalExitListeners(): number {
  const shared = globalThis as unknown as Record<symbol, { count?: unknown } | undefined>
  const current = shared[Symbol.for('signal-exit emitter')]?.count
  const old = (process as { __signal_exit_emitter__?: { count?: unknown } }).__signal_exit_emitter__?.count
  return count(current) + count(old)
}

const count = (value: unknown): number => (typeof value === 'number' ? value : 0)

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
