import { watchDenoExit } from './deno-exit.ts'
import { ENDING_SIGNALS, endBySignal } from './ending-signals.ts'
import { guardExit } from './exit-guard.ts'
import { setImmediate } from './platform-timers.ts'

/**
 * What follows: `ends`, nothing; `exiting`, listeners of the application that are called at its exit; `may-end`, another
 * listener decides, and this library does not hear of it; `stays`, the process goes on; `may-end-unseen`, it goes on, and may end
 * without a listener being called.
 */
export type ExitPhase = 'ends' | 'exiting' | 'may-end' | 'stays' | 'may-end-unseen'

/** What has to be done before the process leaves. */
export interface ExitHook {
  /** Starts it. What is returned blocks until it is done. */
  leave(phase: ExitPhase): () => void
}

/**
 * All telemetry of the process behind one listener each, so that the listeners do not take one another for the
 * application's; also that of another copy of this library, whose listeners they then are.
 */
interface ExitHooks {
  readonly hooks: Set<ExitHook>
  unlisten: (() => void) | undefined
}

function exitHooks(): ExitHooks {
  const shared = globalThis as unknown as Record<symbol, ExitHooks | undefined>
  const key = Symbol.for('codex-otel.exit-hooks')
  shared[key] ??= { hooks: new Set(), unlisten: undefined }
  return shared[key]
}

/** Has `hook` called on every way out that can be seen from inside. Returns a function that ends that. */
export function addExitHook(hook: ExitHook): () => void {
  const { hooks } = exitHooks()
  exitHooks().unlisten ??= listen()
  hooks.add(hook)
  return () => {
    if (!hooks.delete(hook) || hooks.size > 0) return
    exitHooks().unlisten?.()
    exitHooks().unlisten = undefined
  }
}

/** Whether the guard sees the exit event that is being emitted: then its first listener has nothing to do. */
let guarded = false
/** Whether everything was done for the end of the process. */
let ended = false
/** Whether a listener is taken off by this module, and not by the application. */
let unlistening = false
/** Signals whose listener the application has taken off. */
const restored = new Set<NodeJS.Signals>()

function listen(): () => void {
  const unguard = guardExit({
    onExiting() {
      guarded = true
      beforeListeners()
    },
    onExited(thrown) {
      guarded = false
      // The listener was taken off, or not reached. After a listener that throws the application may go on.
      if (!ended && isExiting()) leaveAll(thrown ? 'exiting' : 'ends')
    },
    onReallyExit() {
      if (!ended) leaveAll('ends')
    },
    onListenerRemoved,
  })
  attempt(() => process.prependListener('exit', onExiting))
  attempt(() => process.on('exit', onExit))
  // First, to see the application's listeners before they are called: `once` removes itself.
  for (const signal of ENDING_SIGNALS) attempt(() => process.prependListener(signal, onSignal))
  const unwatch = watchDenoExit({
    onUnload() {
      // The `exit` event comes after this one where the program has run to its end, and not at all after `Deno.exit()`.
      if (!ended) leaveAll(othersListen() ? 'exiting' : 'ends')
    },
    onFatalError: () => leaveAll('ends'),
  })
  return () => {
    unguard()
    unwatch()
    attempt(() => process.off('exit', onExiting))
    attempt(() => process.off('exit', onExit))
    for (const signal of ENDING_SIGNALS) unlisten(signal)
    restored.clear()
  }
}

/** The application's own listeners for `newListener` and `removeListener` may throw. */
function attempt(change: () => void): void {
  try {
    change()
  } catch {
    // The guard sees the exit without a listener. What throws when a listener is removed does so after it was removed.
  }
}

function leaveAll(phase: ExitPhase): void {
  // All of them at work before any is waited for: leaving takes as long as the slowest, not as long as all.
  const waits = [...exitHooks().hooks].map(hook => hook.leave(phase))
  for (const wait of waits) wait()
  ended = phase === 'ends'
}

/** Applications emit `exit` themselves, and go on. */
const isExiting = (): boolean => (process as { _exiting?: boolean })._exiting !== false

/** A listener that comes before `onExit` may throw, take `onExit` off, or end the process: then `onExit` is not called. */
function beforeListeners(): void {
  ended = false
  if (!isExiting()) leaveAll('may-end-unseen')
  else if (othersListen()) leaveAll('exiting')
}

const othersListen = (): boolean =>
  process.listeners('exit').some(listener => listener !== onExiting && listener !== onExit)

function onExiting(): void {
  if (!guarded) beforeListeners()
}

function onExit(): void {
  if (isExiting()) leaveAll('ends')
}

/** A signal without another listener ends the process without an `exit` event: do here what that event would do. */
function onSignal(signal: NodeJS.Signals): void {
  const others = process.listenerCount(signal) - 1
  if (others > signalExitListeners()) return
  if (others > 0) {
    // Its listeners come next and raise the signal again, unless one of them decides that the process goes on.
    leaveAll('may-end')
    unlisten(signal)
    setImmediate(() => listenAgain(signal))
    return
  }
  // For process 1 the default action is to go on, and then its telemetry must still be alive.
  const ends = process.pid !== 1
  leaveAll(ends ? 'ends' : 'stays')
  unlisten(signal)
  endBySignal(signal, ends)
  if (!ends) listenAgain(signal)
}

function unlisten(signal: NodeJS.Signals): void {
  unlistening = true
  attempt(() => process.off(signal, onSignal))
  unlistening = false
}

function listenAgain(signal: NodeJS.Signals): void {
  if (exitHooks().hooks.size === 0 || process.listeners(signal).includes(onSignal)) return
  attempt(() => process.prependListener(signal, onSignal))
}

/**
 * The application has taken the listener of a signal off, with all others. The next such signal may end the process at once:
 * what was recorded so far is secured, and the listener comes back in the next turn; once, for the application may insist.
 */
function onListenerRemoved(event: unknown, listener: unknown): void {
  if (unlistening || listener !== onSignal) return
  leaveAll('may-end-unseen')
  const signal = event as NodeJS.Signals
  if (restored.has(signal)) return
  restored.add(signal)
  setImmediate(() => listenAgain(signal)).unref()
}

/**
 * How many listeners of a signal belong to the package signal-exit, which terminal interfaces bring along. Other listeners
 * decide what the signal means; it does not: it cleans up and raises the signal again, but only when no other listener is there.
 */
function signalExitListeners(): number {
  const shared = globalThis as unknown as Record<symbol, { count?: unknown } | undefined>
  const current = shared[Symbol.for('signal-exit emitter')]?.count
  const old = (process as { __signal_exit_emitter__?: { count?: unknown } }).__signal_exit_emitter__?.count
  return count(current) + count(old)
}

const count = (value: unknown): number => (typeof value === 'number' ? value : 0)
