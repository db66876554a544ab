import { setImmediate } from './platform-timers.ts'

/**
 * What follows: `ends`, nothing; `exiting`, listeners of the application that are called at its exit; `may-end`, others
 * decide, and nobody hears of it; `stays`, the process goes on.
 */
export type ExitPhase = 'ends' | 'exiting' | 'may-end' | 'stays'

/** What has to be done before the process leaves. */
export interface ExitHook {
  /** Starts it. What is returned blocks until it is done. */
  leave(leave: ExitPhase): () => void
}

const ENDING_SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP']

/**
 * All telemetry of the process behind one listener each, so that the listeners do not take one another for the
 * application's; also that of another copy of this library, whose listeners they then are.
 */
interface Leaving {
  readonly leavers: Set<ExitHook>
  unlisten: (() => void) | undefined
}

function leaving(): Leaving {
  const shared = globalThis as unknown as Record<symbol, Leaving | undefined>
  const key = Symbol.for('codex-otel.leaving')
  shared[key] ??= { leavers: new Set(), unlisten: undefined }
  return shared[key]
}

/** Has `leaver` called on every way out that can be seen from inside. Returns a function that ends that. */
export function addExitHook(leaver: ExitHook): () => void {
  const { leavers } = leaving()
  leaving().unlisten ??= listen()
  leavers.add(leaver)
  return () => {
    if (!leavers.delete(leaver) || leavers.size > 0) return
    leaving().unlisten?.()
    leaving().unlisten = undefined
  }
}

function listen(): () => void {
  process.prependListener('exit', onExiting)
  process.on('exit', onExit)
  // First, to see the application's listeners before they are called: `once` removes itself.
  for (const signal of ENDING_SIGNALS) process.prependListener(signal, onSignal)
  return () => {
    process.off('exit', onExiting)
    process.off('exit', onExit)
    for (const signal of ENDING_SIGNALS) process.off(signal, onSignal)
  }
}

function leaveAll(leave: ExitPhase): void {
  // All of them at work before any is waited for: leaving takes as long as the slowest, not as long as all.
  const waits = [...leaving().leavers].map(leaver => leaver.leave(leave))
  for (const wait of waits) wait()
}

/** A listener that comes before `onExit` may throw, or call `process.exit()`: then `onExit` is not called. */
function onExiting(): void {
  const listeners = process.listeners('exit')
  if (listeners.indexOf(onExit) - listeners.indexOf(onExiting) > 1) leaveAll('exiting')
}

const onExit = (): void => leaveAll('ends')

/** A signal that nobody else handles ends the process without an `exit` event: do here what that event would do. */
function onSignal(signal: NodeJS.Signals): void {
  if (applicationHandles(signal)) return
  if (signalExitListeners() > 0) {
    // Its listeners come next and raise the signal again, unless one of them decides that the process goes on.
    leaveAll('may-end')
    process.off(signal, onSignal)
    setImmediate(() => listenAgain(signal))
    return
  }
  // For process 1 the default action is to go on, and then its telemetry must still be alive.
  const ends = process.pid !== 1
  leaveAll(ends ? 'ends' : 'stays')
  if (ends) restoreTerminal()
  process.off(signal, onSignal)
  process.kill(process.pid, signal)
  if (!ends) listenAgain(signal)
}

function listenAgain(signal: NodeJS.Signals): void {
  if (leaving().leavers.size === 0 || process.listeners(signal).includes(onSignal)) return
  process.prependListener(signal, onSignal)
}

/**
 * Whether somebody else listens who decides what the signal means. The package signal-exit, which terminal interfaces
 * bring along, does not: it cleans up and raises the signal again, but only when no other listener is there.
 */
function applicationHandles(signal: NodeJS.Signals): boolean {
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
