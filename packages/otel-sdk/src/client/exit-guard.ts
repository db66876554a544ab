/** What the guard calls. None of these may throw. */
export interface ExitObserver {
  /** The process exits, and no listener of its `exit` event was called yet. */
  onExiting(): void
  /** The listeners were called, or one has thrown: then the rest were not, and the process may go on. */
  onExited(thrown: boolean): void
  /** The process ends now, and no event follows. */
  onReallyExit(): void
  onListenerRemoved(event: unknown, listener: unknown): void
}

type Method = (this: unknown, ...args: unknown[]) => unknown
type Guarded = 'emit' | 'reallyExit'

let observer: ExitObserver | undefined
let emitting = false

/**
 * Sees the exit of the process whatever the application does to the listeners of its `exit` event: Node emits the event
 * through `process.emit`, and `process.exit` ends with `process.reallyExit`. Both are replaced until the returned function
 * is called. Where they cannot be, or another library puts its own in their place, the listeners have to do.
 */
export function guardExit(onExit: ExitObserver): () => void {
  observer = onExit
  const restore = [replace('emit', guardedEmit), replace('reallyExit', guardedReallyExit)]
  return () => {
    observer = undefined
    for (const undo of restore) undo()
  }
}

const guardedEmit = (emit: Method): Method =>
  function (...args) {
    const [event, subject, listener] = args
    if (observer === undefined || emitting) return Reflect.apply(emit, this, args)
    if (event === 'removeListener') observer.onListenerRemoved(subject, listener)
    if (event !== 'exit') return Reflect.apply(emit, this, args)
    emitting = true
    observer.onExiting()
    let thrown = true
    try {
      const heard = Reflect.apply(emit, this, args)
      thrown = false
      return heard
    } finally {
      emitting = false
      observer?.onExited(thrown)
    }
  }

const guardedReallyExit = (reallyExit: Method): Method =>
  function (...args) {
    observer?.onReallyExit()
    return Reflect.apply(reallyExit, this, args)
  }

/** Returns a function that puts back what was there, unless another library has put its own on top meanwhile. */
function replace(name: Guarded, guard: (method: Method) => Method): () => void {
  const methods = process as unknown as Record<Guarded, Method>
  const inherited = !Object.hasOwn(process, name)
  const original = methods[name]
  const guarded = guard(original)
  try {
    Object.defineProperty(guarded, 'name', { value: name })
    methods[name] = guarded
  } catch {
    // The application has made it read-only.
    return () => {}
  }
  return () => {
    if (methods[name] !== guarded) return
    if (inherited) delete (methods as Partial<typeof methods>)[name]
    else methods[name] = original
  }
}
